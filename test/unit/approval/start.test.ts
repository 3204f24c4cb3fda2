import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { RestitchError } from '../../../core/restitch-error.ts';
import { createApproval } from '../../../functions/approval/create.ts';
import { SECRET } from '../../fakes/approval-under-test.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { signedEvent, slackClickEvent, slackClickPayload } from '../../fakes/slack-click.ts';

const environment = {
  TABLE_NAME: 'restitch',
  SLACK_SIGNING_SECRET_ID: 'slack',
  QUEUE_URL: 'http://127.0.0.1:1/queue',
};

/** The function as it starts, with a secret that is read like this. */
function started(read: () => Promise<string>, more: Readonly<Record<string, string>> = {}) {
  const aws = { region: 'us-east-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };
  return createApproval(
    { ...environment, ...more },
    {
      dynamoDb: new DynamoDBClient(aws),
      sqs: new SQSClient(aws),
      engine: createFakeEngine(),
      signingSecret: () => read,
      slackToken: () => async () => 'xoxb-test',
      log: createRecordingLog(),
    },
  );
}

const check = () => signedEvent('ssl_check=1', SECRET, Date.now());

describe('the approval function as it starts', () => {
  it('reads the signing secret before the first click is there', async () => {
    let reads = 0;
    const approval = started(async () => {
      reads += 1;
      return SECRET;
    });
    expect(reads).toBe(1);
    expect((await approval(check())).statusCode).toBe(200);
  });

  it('reads it again for a click when that failed', async () => {
    const answers = [Promise.reject(new RestitchError('configuration', 'no answer', { retryable: true })), SECRET];
    const approval = started(async () => answers.shift() ?? SECRET);
    expect((await approval(check())).statusCode).toBe(200);
  });
});

describe('the channel of the questions', () => {
  const click = (channel: string) => slackClickEvent(slackClickPayload({ channel, user: 'U0BOB' }), SECRET, Date.now());

  it.each([
    ['C2147483705', 'C2147483705', 'you are not on the list of approvers'],
    ['C2147483705', 'C0000000001', 'this channel is not the configured one'],
    ['#restitch', 'C0000000001', 'you are not on the list of approvers'],
  ])('%s: a click from %s is answered "%s"', async (configured, channel, refused) => {
    const approval = started(async () => SECRET, { SLACK_CHANNEL: configured, SLACK_API_URL: 'http://127.0.0.1:1/' });
    expect(JSON.parse((await approval(click(channel))).body)).toEqual({ refused });
  });
});
