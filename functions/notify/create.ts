import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createReplies } from '../../adapters/aws/dynamodb-replies.ts';
import { createShownMessages } from '../../adapters/aws/dynamodb-shown-messages.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import type { OpenSecret } from '../../adapters/aws/secret-source.ts';
import { connectSlack } from '../../adapters/slack/slack-client.ts';
import { createSlackMessenger } from '../../adapters/slack/slack-messenger.ts';
import type { Log } from '../../core/log.ts';
import type { BatchResponse } from '../dispatch/handle-batch.ts';
import { TableStreamEvent } from '../follow-table.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { loadConfig } from './config.ts';
import { handleBatch } from './handle-batch.ts';

export interface NotifyClients {
  readonly dynamoDb: DynamoDBClient;
  readonly slackToken: OpenSecret<string>;
  readonly log: Log;
}

/** The notify function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createNotify(
  environment: EnvironmentVariables,
  { dynamoDb, slackToken, log }: NotifyClients,
): (event: unknown) => Promise<BatchResponse> {
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const slack = connectSlack(slackToken(config.SLACK_SECRET_ID), { apiUrl: config.SLACK_API_URL, log });
  const ports = {
    store: createIncidentStore(table),
    approvals: createApprovalStore(table),
    replies: createReplies(table),
    shown: createShownMessages(table),
    messenger: createSlackMessenger(slack, config.SLACK_CHANNEL, {
      channel: config.SLACK_ESCALATION_CHANNEL,
      group: config.SLACK_ESCALATION_GROUP,
    }),
    clock: Date.now,
    sleep: (milliseconds: number) => sleep(milliseconds),
    log,
  };
  return async (event) => handleBatch(TableStreamEvent.parse(event), ports);
}
