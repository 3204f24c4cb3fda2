import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { createLambdaEngine } from '../../adapters/durable/lambda-engine.ts';
import { loadConfig } from './config.ts';
import { handleBatch, SqsEvent } from './handle-batch.ts';

const config = loadConfig(process.env);
const table = createTable(DynamoDBDocumentClient.from(new DynamoDBClient({})), config.TABLE_NAME);
const ports = {
  store: createIncidentStore(table),
  engine: createLambdaEngine(new LambdaClient({}), config.RUNBOOK_FUNCTION),
  clock: Date.now,
  log: createJsonLog(),
};

export const handler = async (event: unknown) => handleBatch(SqsEvent.parse(event), ports);
