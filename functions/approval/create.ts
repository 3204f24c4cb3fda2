import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import type { OpenSecret } from '../../adapters/aws/secret-source.ts';
import { createClickerAnswer } from '../../adapters/slack/tell-clicker.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import { HttpEvent, type HttpResponse } from '../http-event.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { decideApproval } from './approval.ts';
import { loadConfig, type SlackSecret } from './config.ts';

export interface ApprovalClients {
  readonly dynamoDb: DynamoDBClient;
  /** The engine that runs the runbook function of this name or ARN. */
  readonly engine: (runbookFunction: string) => ExecutionEngine;
  readonly slackSecret: OpenSecret<Pick<SlackSecret, 'signingSecret'>>;
  readonly log: Log;
}

/** The approval function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createApproval(
  environment: EnvironmentVariables,
  { dynamoDb, engine, slackSecret, log }: ApprovalClients,
): (event: unknown) => Promise<HttpResponse> {
  const config = loadConfig(environment);
  const secret = slackSecret(config.SLACK_SECRET_ID);
  const ports = {
    approvals: createApprovalStore(createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME)),
    engine: engine(config.RUNBOOK_FUNCTION),
    signingSecret: async () => (await secret()).signingSecret,
    tell: createClickerAnswer(log),
    clock: Date.now,
    log,
  };
  return async (event) => decideApproval(HttpEvent.parse(event), ports, { approvers: config.APPROVERS });
}
