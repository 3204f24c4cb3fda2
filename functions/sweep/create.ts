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
import { capacityOfCluster } from '../../core/safety/capacity-of-cluster.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import { deployedDocuments } from '../document-environment.ts';
import { environmentCluster } from '../environment-cluster.ts';
import { alertRulesOf } from '../intake/config.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import type { AccountAccess, AccountOptions, ServedCluster, ServedClusters } from '../served-cluster.ts';
import { loadConfig, type SweepConfig } from './config.ts';
import { fileSettingsFrom } from './expected-network-environment.ts';
import type { FilePorts } from './file-ports.ts';
import { gateSettingsFrom } from './gate-environment.ts';
import type { GatePorts } from './gate-ports.ts';
import { prepareGate } from './gate-sick-nodes.ts';
import { onePass, type PassPorts, type PassReport, type PassSettings, type PassShare } from './one-pass.ts';
import { pruneReleases } from './prune-releases.ts';
import { isOfShare, storesOfShare } from './share-of-cluster.ts';

export interface SweepClients {
  readonly dynamoDb: DynamoDBClient;
  /** Options only: the SDK of Systems Manager is loaded when a file is sent. */
  readonly ssm: SSMClientConfig;
  /** The engine that runs the runbook function of this name or ARN. */
  readonly engine: (runbookFunction: string) => ExecutionEngine;
  /** Absent or undefined: the environment describes the only cluster. */
  readonly served?: ServedClusters | undefined;
  readonly cluster: (served: ServedCluster) => Cluster;
  /** Absent: every cluster is in the function's own account. */
  readonly account?: (access: AccountAccess) => AccountOptions;
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
  const { dynamoDb, engine, log, metrics } = clients;
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const served = clients.served ?? environmentCluster(config);
  const shared: SharedPorts = {
    store: createIncidentStore(table, config.RECEIPT_DAYS),
    approvals: createApprovalStore(table),
    directory: createNodeDirectory(table),
    engine: engine(config.RUNBOOK_FUNCTION),
    capacity: createCapacityLedger(table),
    locks: createHostLocks(table),
    holds: createOperatorHolds(table),
    safety: createSafetyRecords(table),
    passName: () => `sweep-${randomUUID()}`,
    clock: Date.now,
    log,
    ...(metrics && { metrics: metrics(config.STACK_NAME) }),
  };
  const shareAt = (index: number, cluster: ServedCluster): PassShare => {
    const ports = { ...shared, ...portsOf(cluster, index, served, shared, clients) };
    const gating = gateSettingsFrom(config);
    const keepFiles = fileKeeper(cluster, ports, config, clients, table);
    const passPorts: PassPorts = {
      ...ports,
      prepareGate: (listed) => prepareGate({ ...ports, cluster: listed }, gating),
      ...(keepFiles && { keepFiles }),
    };
    return { ports: passPorts, settings: settingsOf(cluster, config) };
  };
  const [first, ...more] = served;
  const releases = releasesOf(served, config, clients);
  const firstShare = shareAt(0, first);
  const shares: readonly [PassShare, ...PassShare[]] = [
    // Once for the stack.
    {
      ...firstShare,
      ports: { ...firstShare.ports, ...(releases && { pruneReleases: () => pruneReleases({ ...shared, releases }) }) },
    },
    ...more.map((cluster, index) => shareAt(index + 1, cluster)),
  ];
  return async () => onePass(shares);
}

/** What every cluster shares. */
type SharedPorts = Omit<PassPorts & GatePorts, 'cluster' | 'alerts' | 'prepareGate' | 'pruneReleases' | 'keepFiles'>;

function portsOf(
  served: ServedCluster,
  index: number,
  all: ServedClusters,
  shared: SharedPorts,
  { cluster, alertmanagerToken }: SweepClients,
) {
  return {
    ...storesOfShare(shared, isOfShare(all, index)),
    cluster: cluster(served),
    capacity: capacityOfCluster(shared.capacity, { names: served.names, takesUnnamed: index === 0 }),
    alerts: alertSource(served, alertmanagerToken),
  };
}

function settingsOf({ names, takesUnnamed }: ServedCluster, config: SweepConfig): PassSettings {
  const { rules, clusters } = alertRulesOf(config);
  return {
    recheckSeconds: config.RECHECK_SECONDS,
    startGraceSeconds: config.START_GRACE_SECONDS,
    escalateAfterSeconds: config.ESCALATE_AFTER_SECONDS,
    stackId: config.STACK_ID,
    alertRules: {
      rules: { ...rules, defaultCluster: takesUnnamed ? rules.defaultCluster : null },
      clusters: clusters.filter((name) => names.includes(name)),
    },
  };
}

/** Undefined: nothing was deployed. */
function releasesOf(
  served: ServedClusters,
  { RUNBOOK_FUNCTION: aliasArn, DOCUMENT_PREFIX: documentPrefix }: SweepConfig,
  { releases, account }: SweepClients,
): Releases | undefined {
  const accounts = served.flatMap((cluster) => (cluster.account && account ? [account(cluster.account)] : []));
  return releases?.({ aliasArn, documentPrefix, accounts: [...new Set(accounts)] });
}

/** Undefined: no file is kept. */
function fileKeeper(
  { names, instanceTag, nodeNames, account: access }: ServedCluster,
  ports: Pick<FilePorts, 'safety' | 'clock' | 'log'>,
  config: SweepConfig,
  { ssm, account }: SweepClients,
  table: Table,
): PassPorts['keepFiles'] {
  const shared = fileSettingsFrom(config);
  if (shared === undefined) return undefined;
  const settings = { ...shared, clusters: names };
  const there = access === undefined ? {} : account?.(access);
  const documents = deployedDocuments(config.DOCUMENT_PREFIX, config);
  const filePorts = {
    ...ports,
    commands: loadCommandRunner({ ...ssm, ...there }, { documents, instanceTag, ...(nodeNames && { nodeNames }) }),
    files: createKeptFiles(table),
    digest: (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32),
  };
  return async (cluster) => {
    // Loaded only where files are kept.
    const { keepExpectedNetworks } = await import('./keep-expected-networks.ts');
    return keepExpectedNetworks({ ...filePorts, cluster }, settings);
  };
}

function alertSource({ alertmanager }: ServedCluster, open: OpenSecret<string>): AlertSource | undefined {
  if (alertmanager === undefined) return undefined;
  const { url, receiver, tokenSecret } = alertmanager;
  return createAlertmanagerSource({ url, receiver, token: tokenSecret === undefined ? undefined : open(tokenSecret) });
}
