import { createServer } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApprovalStore } from '../../../adapters/aws/dynamodb-approval-store.ts';
import { createSafetyRecords } from '../../../adapters/aws/dynamodb-safety-records.ts';
import { DENY_ACTION, SNOOZE_ACTION } from '../../../adapters/slack/approval-button.ts';
import type { Approval } from '../../../core/safety/approval.ts';
import { PAUSE_LIST } from '../../../core/safety/pause.ts';
import { createApproval } from '../../../functions/approval/create.ts';
import type { HttpEvent, HttpResponse } from '../../../functions/http-event.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { serveFunctionUrls } from '../../../local/serve-function-urls.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { createFakeEngine, type FakeEngine } from '../../fakes/fake-engine.ts';
import { createRecordingLog, type RecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf } from '../../fakes/sample-records.ts';
import {
  type ClickParts,
  type SendParts,
  signedEvent,
  slackClickEvent,
  slackClickPayload,
} from '../../fakes/slack-click.ts';
import { slackCommandEvent, slackCommandFields } from '../../fakes/slack-command.ts';
import { mentionOf, slackMentionEvent } from '../../fakes/slack-mention.ts';
import { type DynamoDbUnderTest, startDynamoDb } from '../store/table-under-test.ts';

const SECRET = 'signing-secret-of-the-test';

let dynamoDb: DynamoDbUnderTest;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.close());

/** Everything of a function URL's event that Lambda sends (Lambda developer guide, "Request payload format"). */
function lambdaUrlEvent({ headers, body, isBase64Encoded }: HttpEvent): unknown {
  const host = 'abcdefghijklmnopqrstuvwxyz012345.lambda-url.eu-central-1.on.aws';
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: { ...headers, host, 'x-forwarded-proto': 'https', 'x-amzn-trace-id': 'Root=1-5e1b4151-43a0913a12345678' },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abcdefghijklmnopqrstuvwxyz012345',
      domainName: host,
      domainPrefix: 'abcdefghijklmnopqrstuvwxyz012345',
      http: { method: 'POST', path: '/', protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'Slackbot 1.0' },
      requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599',
      routeKey: '$default',
      stage: '$default',
      time: '21/Nov/2026:00:03:41 +0000',
      timeEpoch: 1_795_219_421_000,
    },
    body,
    isBase64Encoded,
  };
}

interface Answer {
  readonly status: number;
  readonly said: unknown;
}

type Send = (event: HttpEvent) => Promise<Answer>;

const ways: Readonly<
  Record<string, (approval: (event: unknown) => Promise<HttpResponse>, log: RecordingLog) => Promise<Send>>
> = {
  'as an event of a Lambda function URL': async (approval) => async (event) => {
    const { statusCode, body } = await approval(lambdaUrlEvent(event));
    return { status: statusCode, said: JSON.parse(body) };
  },
  'over HTTP to npm start': async (approval, log) => {
    const server = createServer();
    serveFunctionUrls(server, { '/slack/interactions': approval }, async (_, response) => void response.end(), log);
    const url = await listenOnLoopback(server, 0);
    closers.push(() => void server.close());
    return async ({ headers, body = '', isBase64Encoded }) => {
      const sent = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
      const response = await fetch(`${url}/slack/interactions`, {
        method: 'POST',
        headers: Object.fromEntries(sent),
        body: new Uint8Array(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')),
      });
      return { status: response.status, said: await response.json() };
    };
  },
};

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

describe.each(Object.entries(ways))("Slack's payloads, %s", (_, way) => {
  let log: RecordingLog;
  let engine: FakeEngine;
  let send: Send;
  let calls: string[] = [];
  let stored: () => Promise<Approval | undefined>;
  let paused: () => Promise<number>;

  beforeEach(async () => {
    const { table, name } = await dynamoDb.newTable();
    const client = new DynamoDBClient(clientOptions(dynamoDb.url));
    const asked = approvalOf({
      callbackId: 'callback-1',
      requestedAt: Date.now(),
      expiresAt: Date.now() + 900_000,
    });
    await createApprovalStore(table).create(asked);
    stored = () => createApprovalStore(table).get(asked.approvalId);
    paused = async () => (await createSafetyRecords(table).pauses.get(PAUSE_LIST))?.pauses.length ?? 0;
    log = createRecordingLog();
    engine = createFakeEngine();
    engine.openCallback('callback-1');
    calls = [];
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          calls.push(commandName);
          return next(args);
        },
      { step: 'initialize', name: 'counting' },
    );
    const approval = createApproval(
      {
        TABLE_NAME: name,
        QUEUE_URL: 'http://127.0.0.1:9/q',
        SLACK_SIGNING_SECRET_ID: 'slack',
        APPROVERS: 'U0ALICE,U0BEN',
        SLACK_WORKSPACES: 'T0001',
        SLACK_APPS: 'A123456',
        SLACK_CHANNEL: 'C2147483705',
        SLACK_COMMAND_CHANNELS: 'C2147483705',
      },
      {
        dynamoDb: client,
        sqs: new SQSClient({ region: 'eu-west-1' }),
        engine: {
          completeCallback: (id, result) => {
            calls.push('SendDurableExecutionCallbackSuccess');
            return engine.completeCallback(id, result);
          },
        },
        signingSecret: () => async () => SECRET,
        slackToken: () => async () => 'xoxb-test',
        log,
      },
    );
    send = await way(approval, log);
  });

  /** The sample without its address for answers, which would be Slack's own. */
  const click = (parts: ClickParts = {}, sent: SendParts = {}) => {
    const { response_url: _none, ...payload } = slackClickPayload(parts);
    return send(slackClickEvent(payload, SECRET, Date.now(), sent));
  };

  it.each([
    ['plain', false],
    ['in base64', true],
  ])('block_actions, %s: a denial with its reason', async (_how, base64) => {
    const denied = { action: DENY_ACTION, typed: 'jobs until six' };
    expect(await click(denied, { base64 })).toEqual({ status: 200, said: { decision: 'denied' } });
    expect(await stored()).toMatchObject({
      status: 'denied',
      decidedBy: { id: 'U0ALICE', name: 'alice', through: 'slack', reason: 'jobs until six' },
    });
    expect(engine.completed).toMatchObject([{ result: { decision: 'denied' } }]);
  });

  it('block_actions that Slack sends again are answered as the first, and decide once', async () => {
    await click();
    expect(await click({}, { retryNum: 1 })).toEqual({ status: 200, said: { decision: 'approved' } });
    expect(engine.completed).toHaveLength(1);
  });

  it('block_actions by two people at once: one counts, the other is refused and logged', async () => {
    const both = await Promise.all([click({ user: 'U0ALICE' }), click({ user: 'U0BEN', action: DENY_ACTION })]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(log.of('approval-decided')).toHaveLength(1);
    expect(log.of('decision-refused')).toMatchObject([{ reason: expect.stringMatching(/^it is .* already$/) }]);
  });

  it('a slash command, and one that Slack signed for somebody who may not', async () => {
    const order = (parts: Readonly<Record<string, string>>) =>
      send(slackCommandEvent(slackCommandFields(parts), SECRET, Date.now()));
    expect(await order({ text: 'pause all too much', user_id: 'U0BOB' })).toMatchObject({
      status: 200,
      said: { response_type: 'ephemeral', text: 'Not done: you are not on the list of approvers.' },
    });
    expect(await paused()).toBe(0);
    await order({ text: 'pause all too much' });
    expect(await paused()).toBe(1);
    expect(log.of('command-refused')).toMatchObject([{ by: 'U0BOB' }]);
  });

  it('app_mention, and the same event again', async () => {
    const event = () => slackMentionEvent(mentionOf({ text: 'pause all too much' }), SECRET, Date.now());
    expect(await send(event())).toEqual({ status: 200, said: { answered: 'Ev08MFMKH6' } });
    const again = slackMentionEvent(mentionOf({ text: 'pause all too much' }), SECRET, Date.now(), { retryNum: 1 });
    expect(await send(again)).toEqual({ status: 200, said: { repeated: 'Ev08MFMKH6' } });
    expect(await paused()).toBe(1);
  });

  it('url_verification and ssl_check', async () => {
    const headers = { 'content-type': 'application/json' };
    const asked = { token: 'Jhj5dZrVaK7ZwHHjRyZWjbDl', challenge: '3eZbrw1aBm2r', type: 'url_verification' };
    expect(await send(signedEvent(JSON.stringify(asked), SECRET, Date.now(), { headers }))).toEqual({
      status: 200,
      said: { challenge: '3eZbrw1aBm2r' },
    });
    expect((await send(signedEvent('ssl_check=1&token=x', SECRET, Date.now()))).status).toBe(200);
  });

  it.each([
    [
      'view_submission: no window of ours takes answers',
      'payload',
      {
        type: 'view_submission',
        team: { id: 'T0001', domain: 'example' },
        user: { id: 'U0ALICE', username: 'alice', team_id: 'T0001' },
        api_app_id: 'A123456',
        token: '9s8d9as89d8as9d8as989',
        trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
        view: { id: 'VNHU13V36', callback_id: 'deny', type: 'modal', state: { values: {} }, private_metadata: '{}' },
        response_urls: [],
      },
    ],
    ['message_action', 'payload', { type: 'message_action', user: { id: 'U0ALICE' }, callback_id: 'restitch_approve' }],
    ['a slash command without its workspace', 'command', undefined],
  ])('%s is refused, changes nothing and is logged', async (_what, field, payload) => {
    const body = new URLSearchParams({ [field]: payload === undefined ? '/restitch' : JSON.stringify(payload) });
    expect((await send(signedEvent(body.toString(), SECRET, Date.now()))).status).toBe(400);
    expect((await stored())?.status).toBe('pending');
    expect(log.of('request-refused')).toHaveLength(1);
  });

  it.each([
    ['forged', { secret: 'another-secret-of-somebody' }],
    ['old', { ageSeconds: 301 }],
    ['of the future', { ageSeconds: -301 }],
    ['cut short', { tamper: (body: string) => body.slice(0, -1) }],
  ])('%s are refused before the table is read', async (_what, sent) => {
    expect((await click({}, sent)).status).toBe(401);
    expect(calls).toEqual([]);
    expect(log.of('request-refused')).toHaveLength(1);
  });

  it.each([
    ['a decision', {}, ['GetItemCommand', 'PutItemCommand', 'SendDurableExecutionCallbackSuccess']],
    ['a snooze', { action: SNOOZE_ACTION }, ['GetItemCommand', 'PutItemCommand']],
    ['a click by a stranger', { user: 'U0BOB' }, []],
  ] as const)('%s takes these calls of AWS before the answer, and no other', async (_what, parts, expected) => {
    await click(parts);
    expect(calls).toEqual(expected);
  });
});
