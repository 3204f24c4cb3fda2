import { createHash, randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createAlertmanagerSource } from '../../adapters/alertmanager/alertmanager-alerts.ts';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createCapacityLedger } from '../../adapters/aws/dynamodb-capacity-ledger.ts';
import { createHostLocks } from '../../adapters/aws/dynamodb-host-locks.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createKeptFiles } from '../../adapters/aws/dynamodb-kept-files.ts';
import { createNodeDirectory } from '../../adapters/aws/dynamodb-node-directory.ts';
import { createOperatorHolds } from '../../adapters/aws/dynamodb-operator-holds.ts';
import { createSafetyRecords } from '../../adapters/aws/dynamodb-safety-records.ts';
import { createTable, type Table } from '../../adapters/aws/dynamodb-table.ts';
import { loadCommandRunner } from '../../adapters/aws/load-command-runner.ts';
import type { ReleaseNames } from '../../adapters/aws/load-releases.ts';
import type { OpenSecret } from '../../adapters/aws/secret-source.ts';
import type { AlertSource } from '../../core/alert/alert-source.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import type { Metrics } from '../../core/metrics/measurement.ts';
import type { Releases } from '../../core/release/releases.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { ClusterEnvironment } from '../cluster-environment.ts';
import { deployedDocuments } from '../document-environment.ts';
import { alertRulesOf } from '../intake/config.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { loadConfig, type SweepConfig } from './config.ts';
import { fileSettingsFrom } from './expected-network-environment.ts';
import type { FilePorts } from './file-ports.ts';
import { gateSettingsFrom } from './gate-environment.ts';
import { prepareGate } from './gate-sick-nodes.ts';
import { onePass, type PassPorts, type PassReport } from './one-pass.ts';
import { pruneReleases } from './prune-releases.ts';

export interface SweepClients {
  readonly dynamoDb: DynamoDBClient;
  /** Options only: the SDK of Systems Manager is loaded when a file is sent. */
  readonly ssm: SSMClientConfig;
  /** The engine that runs the runbook function of this name or ARN. */
  readonly engine: (runbookFunction: string) => ExecutionEngine;
  readonly cluster: (environment: ClusterEnvironment) => Cluster;
  /** The bearer token for Alertmanager. */
  readonly alertmanagerToken: OpenSecret<string>;
  /** What deployments leave in the account. Absent: nothing was deployed. */
  readonly releases?: (names: ReleaseNames) => Releases;
  readonly log: Log;
  /** Where figures of this stack go. Absent: nobody reads them. */
  readonly metrics?: (stackName: string) => Metrics;
}

/** The sweep function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createSweep(environment: EnvironmentVariables, clients: SweepClients): () => Promise<PassReport> {
  const { dynamoDb, engine, cluster, alertmanagerToken, releases, log, metrics } = clients;
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const ports = {
    store: createIncidentStore(table),
    approvals: createApprovalStore(table),
    directory: createNodeDirectory(table),
    engine: engine(config.RUNBOOK_FUNCTION),
    cluster: cluster(config),
    capacity: createCapacityLedger(table),
    locks: createHostLocks(table),
    alerts: alertSource(config, alertmanagerToken),
    holds: createOperatorHolds(table),
    safety: createSafetyRecords(table),
    passName: () => `sweep-${randomUUID()}`,
    clock: Date.now,
    log,
  };
  const settings = {
    recheckSeconds: config.RECHECK_SECONDS,
    startGraceSeconds: config.START_GRACE_SECONDS,
    escalateAfterSeconds: config.ESCALATE_AFTER_SECONDS,
    stackId: config.STACK_ID,
    alertRules: alertRulesOf(config),
  };
  const gating = gateSettingsFrom(config);
  const deployed = releases?.({ aliasArn: config.RUNBOOK_FUNCTION, documentPrefix: config.DOCUMENT_PREFIX });
  const keepFiles = fileKeeper(ports, config, clients, table);
  const passPorts: PassPorts = {
    ...ports,
    prepareGate: (listed) => prepareGate({ ...ports, cluster: listed }, gating),
    ...(deployed && { pruneReleases: () => pruneReleases({ ...ports, releases: deployed }) }),
    ...(keepFiles && { keepFiles }),
    ...(metrics && { metrics: metrics(config.STACK_NAME) }),
  };
  return async () => onePass(passPorts, settings);
}

/** Undefined: no file is kept. */
function fileKeeper(
  ports: Pick<FilePorts, 'safety' | 'clock' | 'log'>,
  config: SweepConfig,
  { ssm }: SweepClients,
  table: Table,
): PassPorts['keepFiles'] {
  const settings = fileSettingsFrom(config);
  if (settings === undefined) return undefined;
  const { DOCUMENT_PREFIX: prefix, INSTANCE_TAG: instanceTag } = config;
  const filePorts = {
    ...ports,
    commands: loadCommandRunner(ssm, { documents: deployedDocuments(prefix, config), instanceTag }),
    files: createKeptFiles(table),
    digest: (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32),
  };
  return async (cluster) => {
    // Loaded only where files are kept.
    const { keepExpectedNetworks } = await import('./keep-expected-networks.ts');
    return keepExpectedNetworks({ ...filePorts, cluster }, settings);
  };
}

function alertSource(
  { ALERTMANAGER_URL: url, ALERTMANAGER_RECEIVER: receiver, ALERTMANAGER_SECRET_ID: secretId }: SweepConfig,
  open: OpenSecret<string>,
): AlertSource | undefined {
  if (url === undefined) return undefined;
  return createAlertmanagerSource({ url, receiver, token: secretId === undefined ? undefined : open(secretId) });
}
