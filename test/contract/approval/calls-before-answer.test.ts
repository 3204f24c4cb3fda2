import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApprovalStore } from '../../../adapters/aws/dynamodb-approval-store.ts';
import { createApproval } from '../../../functions/approval/create.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf } from '../../fakes/sample-records.ts';
import { slackClickEvent, slackClickPayload } from '../../fakes/slack-click.ts';
import { type DynamoDbUnderTest, startDynamoDb } from '../store/table-under-test.ts';

const SECRET = 'signing-secret';
let dynamoDb: DynamoDbUnderTest;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.close());

it('Slack waits for three calls when somebody clicks: the signing secret was read while the function started', async () => {
  const { table, name } = await dynamoDb.newTable();
  const approval = approvalOf({ callbackId: 'callback-1', expiresAt: Date.now() + 60_000 });
  await createApprovalStore(table).create(approval);
  const calls: string[] = [];
  const client = new DynamoDBClient(clientOptions(dynamoDb.url));
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        calls.push(String(commandName));
        return next(args);
      },
    { step: 'initialize' },
  );
  const decide = createApproval(
    { TABLE_NAME: name, SLACK_SIGNING_SECRET_ID: 'slack', QUEUE_URL: 'http://127.0.0.1:9/q', APPROVERS: 'U0ALICE' },
    {
      dynamoDb: client,
      sqs: new SQSClient(clientOptions('http://127.0.0.1:9')),
      engine: {
        completeCallback: async () => {
          calls.push('completeCallback');
          return 'completed';
        },
      },
      signingSecret: () => {
        let kept: string | undefined;
        return async () => {
          if (kept === undefined) calls.push('signing secret');
          kept = SECRET;
          return kept;
        };
      },
      slackToken: () => async () => 'xoxb-test',
      log: createRecordingLog(),
    },
  );
  expect(calls.splice(0)).toEqual(['signing secret']);
  const answer = await decide(slackClickEvent(slackClickPayload(), SECRET, Date.now()));
  expect(JSON.parse(answer.body)).toEqual({ decision: 'approved' });
  expect(calls).toEqual(['GetItemCommand', 'PutItemCommand', 'completeCallback']);
});
