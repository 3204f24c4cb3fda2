import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createCapacityLedger } from '../../adapters/aws/dynamodb-capacity-ledger.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createNodeDirectory } from '../../adapters/aws/dynamodb-node-directory.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { ClusterEnvironment } from '../cluster-environment.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { loadConfig } from './config.ts';
import { type SweepReport, sweep } from './sweep.ts';

export interface SweepClients {
  readonly dynamoDb: DynamoDBClient;
  /** The engine that runs the runbook function of this name or ARN. */
  readonly engine: (runbookFunction: string) => ExecutionEngine;
  readonly cluster: (environment: ClusterEnvironment) => Cluster;
  readonly log: Log;
}

/** The sweep function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createSweep(
  environment: EnvironmentVariables,
  { dynamoDb, engine, cluster, log }: SweepClients,
): () => Promise<SweepReport> {
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const ports = {
    store: createIncidentStore(table),
    approvals: createApprovalStore(table),
    directory: createNodeDirectory(table),
    engine: engine(config.RUNBOOK_FUNCTION),
    cluster: cluster(config),
    capacity: createCapacityLedger(table),
    clock: Date.now,
    log,
  };
  const settings = {
    recheckSeconds: config.RECHECK_SECONDS,
    startGraceSeconds: config.START_GRACE_SECONDS,
    stackId: config.STACK_ID,
  };
  return async () => sweep(ports, settings);
}
