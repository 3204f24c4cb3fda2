import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createSafetyRecords } from '../../adapters/aws/dynamodb-safety-records.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import type { OpenSecret } from '../../adapters/aws/secret-source.ts';
import { createSqsWorkQueue } from '../../adapters/aws/sqs-work-queue.ts';
import { createClickerAnswer } from '../../adapters/slack/tell-clicker.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import { HttpEvent, type HttpResponse } from '../http-event.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { decideApproval } from './approval.ts';
import { loadConfig, type SlackSecret } from './config.ts';
import { answerSlashCommand } from './slash-command.ts';

export interface ApprovalClients {
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  /** The engine that runs the runbook function of this name or ARN. */
  readonly engine: (runbookFunction: string) => ExecutionEngine;
  readonly slackSecret: OpenSecret<Pick<SlackSecret, 'signingSecret'>>;
  readonly log: Log;
}

/** The approval function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createApproval(
  environment: EnvironmentVariables,
  { dynamoDb, sqs, engine, slackSecret, log }: ApprovalClients,
): (event: unknown) => Promise<HttpResponse> {
  const config = loadConfig(environment);
  const secret = slackSecret(config.SLACK_SECRET_ID);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const commandPorts = {
    store: createIncidentStore(table),
    safety: createSafetyRecords(table),
    queue: createSqsWorkQueue(sqs, config.QUEUE_URL),
    clock: Date.now,
    log,
  };
  const settings = {
    approvers: config.APPROVERS,
    workspaces: config.SLACK_WORKSPACES,
    apps: config.SLACK_APPS,
    channels: config.SLACK_COMMAND_CHANNELS,
  };
  const ports = {
    approvals: createApprovalStore(table),
    answerCommand: (form: URLSearchParams) => answerSlashCommand(form, commandPorts, settings),
    engine: engine(config.RUNBOOK_FUNCTION),
    signingSecret: async () => (await secret()).signingSecret,
    tell: createClickerAnswer(log),
    clock: Date.now,
    log,
  };
  return async (event) => decideApproval(HttpEvent.parse(event), ports, settings);
}
