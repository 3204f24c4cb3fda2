import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createForwardedQuestions } from '../../adapters/aws/dynamodb-forwarded-questions.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import type { OpenSecret } from '../../adapters/aws/secret-source.ts';
import { createPostMessage } from '../../adapters/webhook/post-message.ts';
import type { WebhookKeys } from '../../adapters/webhook/webhook-keys.ts';
import type { Log } from '../../core/log.ts';
import type { BatchResponse } from '../dispatch/handle-batch.ts';
import { TableStreamEvent } from '../follow-table.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { loadConfig } from './config.ts';
import { handleBatch } from './handle-batch.ts';

export interface ForwardClients {
  readonly dynamoDb: DynamoDBClient;
  readonly webhookKeys: OpenSecret<WebhookKeys>;
  readonly log: Log;
}

/** The forward function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createForward(
  environment: EnvironmentVariables,
  { dynamoDb, webhookKeys, log }: ForwardClients,
): (event: unknown) => Promise<BatchResponse> {
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const clock = Date.now;
  const pause = (milliseconds: number) => sleep(milliseconds);
  const ports = {
    approvals: createApprovalStore(table),
    forwarded: createForwardedQuestions(table),
    post: createPostMessage({
      url: config.APPROVAL_WEBHOOK_URL,
      readKeys: webhookKeys(config.APPROVAL_WEBHOOK_SECRET_ID),
      clock,
      sleep: pause,
    }),
    clock,
    sleep: pause,
    log,
  };
  return async (event) => handleBatch(TableStreamEvent.parse(event), ports);
}
