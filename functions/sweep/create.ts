import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createAlertmanagerSource } from '../../adapters/alertmanager/alertmanager-alerts.ts';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createCapacityLedger } from '../../adapters/aws/dynamodb-capacity-ledger.ts';
import { createHostLocks } from '../../adapters/aws/dynamodb-host-locks.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createNodeDirectory } from '../../adapters/aws/dynamodb-node-directory.ts';
import { createOperatorHolds } from '../../adapters/aws/dynamodb-operator-holds.ts';
import { createSafetyRecords } from '../../adapters/aws/dynamodb-safety-records.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import type { OpenSecret } from '../../adapters/aws/secret-source.ts';
import type { AlertSource } from '../../core/alert/alert-source.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { ClusterEnvironment } from '../cluster-environment.ts';
import { alertRulesOf } from '../intake/config.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { loadConfig, type SweepConfig } from './config.ts';
import { gateSettingsFrom } from './gate-environment.ts';
import { gateSickNodes } from './gate-sick-nodes.ts';
import { onePass, type PassReport } from './one-pass.ts';

export interface SweepClients {
  readonly dynamoDb: DynamoDBClient;
  /** The engine that runs the runbook function of this name or ARN. */
  readonly engine: (runbookFunction: string) => ExecutionEngine;
  readonly cluster: (environment: ClusterEnvironment) => Cluster;
  /** The bearer token for Alertmanager. */
  readonly alertmanagerToken: OpenSecret<string>;
  readonly log: Log;
}

/** The sweep function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createSweep(
  environment: EnvironmentVariables,
  { dynamoDb, engine, cluster, alertmanagerToken, log }: SweepClients,
): () => Promise<PassReport> {
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
    stackId: config.STACK_ID,
    alertRules: alertRulesOf(config),
  };
  const gating = gateSettingsFrom(config);
  return async () => onePass({ ...ports, gateNodes: () => gateSickNodes(ports, gating) }, settings);
}

function alertSource(
  { ALERTMANAGER_URL: url, ALERTMANAGER_RECEIVER: receiver, ALERTMANAGER_SECRET_ID: secretId }: SweepConfig,
  open: OpenSecret<string>,
): AlertSource | undefined {
  if (url === undefined) return undefined;
  return createAlertmanagerSource({ url, receiver, token: secretId === undefined ? undefined : open(secretId) });
}
