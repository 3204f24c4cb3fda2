import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createReplies } from '../../adapters/aws/dynamodb-replies.ts';
import { createSafetyRecords } from '../../adapters/aws/dynamodb-safety-records.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import { createUsedAnswers } from '../../adapters/aws/dynamodb-used-answers.ts';
import type { OpenSecret } from '../../adapters/aws/secret-source.ts';
import { createSqsWorkQueue } from '../../adapters/aws/sqs-work-queue.ts';
import { createClickAnswer } from '../../adapters/slack/answer-click.ts';
import { createSlackUserGroups } from '../../adapters/slack/slack-user-groups.ts';
import type { WebhookKeys } from '../../adapters/webhook/webhook-keys.ts';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import type { Log } from '../../core/log.ts';
import type { UserGroups } from '../../core/safety/user-groups.ts';
import { HttpEvent, type HttpResponse } from '../http-event.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { decideApproval } from './approval.ts';
import { type ApprovalConfig, loadConfig } from './config.ts';
import { answerMention, type Mention } from './mention.ts';
import { answerSlashCommand } from './slash-command.ts';

export interface ApprovalClients {
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly engine: Pick<ExecutionEngine, 'completeCallback'>;
  readonly signingSecret: OpenSecret<string>;
  readonly slackToken: OpenSecret<string>;
  /** Needed where the environment names the secret. */
  readonly webhookKeys?: OpenSecret<WebhookKeys>;
  readonly log: Log;
}

/** Slack's ids of channels begin with these letters. */
const CHANNEL_ID = /^[CG][A-Z0-9]{6,}$/;

/** The approval function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createApproval(
  environment: EnvironmentVariables,
  { dynamoDb, sqs, engine, signingSecret, slackToken, webhookKeys, log }: ApprovalClients,
): (event: unknown) => Promise<HttpResponse> {
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const groups = userGroups(config, slackToken, log);
  const commandPorts = {
    groups,
    store: createIncidentStore(table),
    safety: createSafetyRecords(table),
    queue: createSqsWorkQueue(sqs, config.QUEUE_URL),
    clock: Date.now,
    log,
    sleep: (milliseconds: number) => sleep(milliseconds, undefined, { ref: false }),
  };
  const answerSecret = config.APPROVAL_ANSWER_SECRET_ID;
  const settings = {
    approvers: config.APPROVERS,
    rules: config.APPROVAL_RULES,
    workspaces: config.SLACK_WORKSPACES,
    apps: config.SLACK_APPS,
    channels: config.SLACK_COMMAND_CHANNELS,
    questionChannels: CHANNEL_ID.test(config.SLACK_CHANNEL) ? [config.SLACK_CHANNEL] : [],
  };
  const ports = {
    approvals: createApprovalStore(table),
    groups,
    safety: commandPorts.safety,
    answerMention: (mention: Mention) =>
      answerMention(mention, { ...commandPorts, replies: createReplies(table) }, settings),
    answerCommand: (form: URLSearchParams) => answerSlashCommand(form, commandPorts, settings),
    engine,
    webhook:
      answerSecret === undefined || webhookKeys === undefined
        ? undefined
        : { readKeys: webhookKeys(answerSecret), used: createUsedAnswers(table) },
    signingSecret: readEarly(signingSecret(config.SLACK_SIGNING_SECRET_ID)),
    answerClick: createClickAnswer(log, config.SLACK_API_URL),
    clock: Date.now,
    log,
  };
  return async (event) => decideApproval(HttpEvent.parse(event), ports, settings);
}

/** Without the token of a bot nobody is known to be in any group. */
function userGroups(
  { SLACK_SECRET_ID: secretId, SLACK_API_URL: apiUrl }: ApprovalConfig,
  slackToken: OpenSecret<string>,
  log: Log,
): UserGroups {
  if (secretId === undefined) return { membersOf: async () => ({ type: 'unknown', reason: 'no bot token' }) };
  return createSlackUserGroups({ readToken: slackToken(secretId), apiUrl, clock: Date.now, log });
}

/** Reads the secret while the function starts, so that the first click waits for one call less. If that fails, the click reads it. */
function readEarly(read: () => Promise<string>): () => Promise<string> {
  const early = read().then(
    () => undefined,
    () => undefined,
  );
  return async () => {
    await early;
    return read();
  };
}
