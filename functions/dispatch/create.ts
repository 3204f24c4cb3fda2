import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createNodeDirectory } from '../../adapters/aws/dynamodb-node-directory.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import type { ExecutionStarter } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import { clustersOf } from '../known-clusters.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { loadConfig } from './config.ts';
import { type BatchResponse, handleBatch, SqsEvent } from './handle-batch.ts';

export interface DispatchClients {
  readonly dynamoDb: DynamoDBClient;
  /** The engine that runs the runbook function of this name or ARN. */
  readonly engine: (runbookFunction: string) => ExecutionStarter;
  readonly log: Log;
}

/** The dispatch function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createDispatch(
  environment: EnvironmentVariables,
  { dynamoDb, engine, log }: DispatchClients,
): (event: unknown) => Promise<BatchResponse> {
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const ports = {
    store: createIncidentStore(table, config.RECEIPT_DAYS),
    directory: createNodeDirectory(table),
    engine: engine(config.RUNBOOK_FUNCTION),
    clock: Date.now,
    log,
  };
  const clusters = clustersOf(config);
  return async (event) => handleBatch(SqsEvent.parse(event), ports, clusters);
}
