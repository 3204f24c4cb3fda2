import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { createLambdaEngine } from '../../adapters/durable/lambda-engine.ts';
import { clusterFromEnvironment } from '../cluster-from-environment.ts';
import { loadConfig } from './config.ts';
import { sweep } from './sweep.ts';

const config = loadConfig(process.env);
const table = createTable(DynamoDBDocumentClient.from(new DynamoDBClient({})), config.TABLE_NAME);
const ports = {
  store: createIncidentStore(table),
  approvals: createApprovalStore(table),
  engine: createLambdaEngine(new LambdaClient({}), config.RUNBOOK_FUNCTION),
  cluster: clusterFromEnvironment(config),
  clock: Date.now,
  log: createJsonLog(),
};

export const handler = async () =>
  sweep(ports, { recheckSeconds: config.RECHECK_SECONDS, startGraceSeconds: config.START_GRACE_SECONDS });
