import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import { createJsonLog } from '../../adapters/aws/json-log.ts';
import { createSecretSource } from '../../adapters/aws/secret-source.ts';
import { createLambdaEngine } from '../../adapters/durable/lambda-engine.ts';
import { createClickerAnswer } from '../../adapters/slack/tell-clicker.ts';
import { HttpEvent } from '../http-event.ts';
import { decideApproval } from './approval.ts';
import { loadConfig, SlackSecret } from './config.ts';

const config = loadConfig(process.env);
const secret = createSecretSource(new SecretsManagerClient({}), config.SLACK_SECRET_ID, SlackSecret);
const log = createJsonLog();
const ports = {
  approvals: createApprovalStore(createTable(DynamoDBDocumentClient.from(new DynamoDBClient({})), config.TABLE_NAME)),
  engine: createLambdaEngine(new LambdaClient({}), config.RUNBOOK_FUNCTION),
  signingSecret: async () => (await secret()).signingSecret,
  tell: createClickerAnswer(log),
  clock: Date.now,
  log,
};

export const handler = async (event: unknown) =>
  decideApproval(HttpEvent.parse(event), ports, { approvers: config.APPROVERS });
