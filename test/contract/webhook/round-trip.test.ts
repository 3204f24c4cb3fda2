import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApprovalStore } from '../../../adapters/aws/dynamodb-approval-store.ts';
import { recordKeyOf } from '../../../adapters/aws/dynamodb-shown-messages.ts';
import { QuestionMessage } from '../../../adapters/webhook/question-message.ts';
import { WebhookKeys } from '../../../adapters/webhook/webhook-keys.ts';
import type { Approval } from '../../../core/safety/approval.ts';
import { createApproval } from '../../../functions/approval/create.ts';
import { ANSWERS_PATH } from '../../../functions/approval/webhook-answer.ts';
import { createForward } from '../../../functions/forward/create.ts';
import { runProgram } from '../../../lab/run-program.ts';
import { listenOnLoopback, readBody } from '../../../local/http.ts';
import { serveFunctionUrls } from '../../../local/serve-function-urls.ts';
import { openTableStream } from '../../../local/table/table-stream.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf, briefOf } from '../../fakes/sample-records.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';
import { type DynamoDbUnderTest, startDynamoDb } from '../store/table-under-test.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'webhook-approvals.md'), 'utf8');
const WEBHOOK_KEY = `whsec_${Buffer.from('key-of-questions-of-32-bytes-now').toString('base64')}`;
const ANSWER_KEY = Buffer.from('key-of-the-answers-of-32-bytes-!').toString('base64');

/** The example of the page whose first line begins so. */
function exampleOf(name: string): string {
  const found = [...page.matchAll(/^```sh\n(# (\w+):[\s\S]*?)^```/gm)].find(([, , named]) => named === name);
  return found?.[1] ?? expect.fail(`the page has no example ${name}`);
}

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const closers: (() => unknown)[] = [];
const closersOfTest: (() => unknown)[] = [];
let dynamoDb: DynamoDbUnderTest;
/** What the other tool got, newest last, and what it answers with next. */
const received: Received[] = [];
const answers: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[] = [];
let toolUrl = '';

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  const tool = createServer((request, response) => {
    void readBody(request).then((body) => {
      received.push({ path: request.url, headers: request.headers, body: body.toString('utf8') });
      const { status, headers = {} } = answers.shift() ?? { status: 204 };
      response.writeHead(status, headers);
      response.end();
    });
  });
  toolUrl = await listenOnLoopback(tool, 0);
  closers.push(() => tool.close(), dynamoDb.close);
});

afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

afterEach(async () => {
  for (const close of closersOfTest.splice(0)) await close();
});

beforeEach(() => {
  received.splice(0);
  answers.splice(0);
});

/** Table, stream, forward and the approval function's URL, as `npm start` has them. */
async function restitch(question: Partial<Approval> = {}) {
  const { table, name: tableName } = await dynamoDb.newTable();
  const client = new DynamoDBClient(clientOptions(dynamoDb.url));
  const log = createRecordingLog();
  const engine = createFakeEngine();
  engine.openCallback('callback-1');
  const approval = createApproval(
    {
      TABLE_NAME: tableName,
      SLACK_SIGNING_SECRET_ID: 'slack',
      QUEUE_URL: 'http://127.0.0.1:9/q',
      APPROVERS: 'webhook:ben@acme.example',
      APPROVAL_ANSWER_SECRET_ID: 'answer',
    },
    {
      dynamoDb: client,
      sqs: new SQSClient({ region: 'eu-west-1' }),
      engine,
      signingSecret: () => async () => 'signing-secret-of-the-test',
      slackToken: () => async () => 'xoxb',
      webhookKeys: () => async () => WebhookKeys.parse({ current: ANSWER_KEY }),
      log,
    },
  );
  const forward = createForward(
    { TABLE_NAME: tableName, APPROVAL_WEBHOOK_URL: `${toolUrl}/restitch`, APPROVAL_WEBHOOK_SECRET_ID: 'webhook' },
    { dynamoDb: client, webhookKeys: () => async () => WebhookKeys.parse({ current: WEBHOOK_KEY }), log },
  );
  const server = createServer();
  serveFunctionUrls(server, { [ANSWERS_PATH]: approval }, async (_, response) => void response.end(), log);
  const url = await listenOnLoopback(server, 0);
  const stream = openTableStream(client, log);
  stream.start(forward);
  closersOfTest.push(
    () => stream.stop(),
    () => server.close(),
  );
  const store = createApprovalStore(table);
  const now = Date.now();
  const asked = approvalOf({
    brief: briefOf(),
    callbackId: 'callback-1',
    requestedAt: now,
    expiresAt: now + 900_000,
    ...question,
  });
  const { approvalId } = asked;
  await store.create(asked);
  stream.add(recordKeyOf({ type: 'approval', approvalId }));
  const answerUrl = `${url}${ANSWERS_PATH}`;
  return {
    log,
    engine,
    asked,
    stored: () => store.get(approvalId),
    withdraw: () => store.settle(approvalId, 'withdrawn', Date.now()),
    again: () => stream.add(recordKeyOf({ type: 'approval', approvalId })),
    /** Runs the page's example against this Restitch. */
    answer: (variables: Readonly<Record<string, string>> = {}) =>
      runExample('answer', {
        ANSWER_KEY,
        ANSWER_URL: answerUrl,
        APPROVAL_ID: approvalId,
        PLAN_DIGEST: asked.planDigest,
        ...variables,
      }),
  };
}

async function runExample(name: string, variables: Readonly<Record<string, string>>, folder = '/') {
  const script = `cd ${folder}\n${exampleOf(name)}`;
  const { code, stdout, stderr } = await runProgram(['sh', '-c', script], {
    env: { PATH: process.env['PATH'] ?? '', ...variables },
  });
  return { code, stdout: stdout.trim(), stderr };
}

async function untilReceived(count: number): Promise<readonly Received[]> {
  await expect.poll(() => received.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
  return received;
}

const verified = async ({ headers, body }: Received, sent = body) => {
  const folder = temporaryFolder();
  await writeFile(join(folder, 'message.json'), sent);
  const variables = {
    WEBHOOK_KEY,
    ID: String(headers['webhook-id']),
    TIMESTAMP: String(headers['webhook-timestamp']),
    SIGNATURE: String(headers['webhook-signature']),
  };
  return (await runExample('verify', variables, folder)).stdout;
};

describe('a question in another tool', () => {
  it('comes signed, is answered by the example of the page, and the tool is told', async () => {
    const { answer, stored, engine } = await restitch();
    const [question] = await untilReceived(1);
    if (question === undefined) return expect.fail('nothing came');
    expect(await verified(question)).toBe('signed by Restitch');
    expect(await verified(question, question.body.replace('gpu-1', 'gpu-2'))).toBe('not signed by Restitch');
    expect(QuestionMessage.parse(JSON.parse(question.body)).type).toBe('approval.requested');
    expect(JSON.parse((await answer()).stdout)).toMatchObject({ decision: 'approved' });
    expect(await stored()).toMatchObject({
      status: 'approved',
      decidedBy: { id: 'webhook:ben@acme.example', name: 'Ben', reason: 'the jobs are done' },
    });
    expect(engine.completed).toMatchObject([{ callbackId: 'callback-1', result: { decision: 'approved' } }]);
    const [, decided] = await untilReceived(2);
    expect(QuestionMessage.parse(JSON.parse(decided?.body ?? '')).data).toMatchObject({
      status: 'approved',
      decidedBy: { id: 'webhook:ben@acme.example' },
    });
  });

  it.each([
    ['another key', { ANSWER_KEY: Buffer.from('another-key-of-32-bytes-exactly!').toString('base64') }, 'unsigned'],
    ['another plan', { PLAN_DIGEST: 'e'.repeat(64) }, 'digest-mismatch'],
    ['another question', { APPROVAL_ID: 'lab-1.gpu-9.1.bounce.1' }, 'missing'],
  ])('is not answered with %s', async (_, variables, code) => {
    const { answer, stored, log } = await restitch();
    expect(JSON.parse((await answer(variables)).stdout)).toMatchObject({ code });
    expect((await stored())?.status).toBe('pending');
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('is posted again with the same id where the tool fails, and waits as long as it is told to', async () => {
    answers.push({ status: 500 }, { status: 429, headers: { 'retry-after': '3' } });
    const begin = Date.now();
    await restitch();
    const got = await untilReceived(3);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(4_000);
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(got.map(({ body }) => body)).size).toBe(1);
  });

  it('that the tool will never take is left out, and the next state comes', async () => {
    answers.push({ status: 422 });
    const { withdraw, again, log } = await restitch();
    await untilReceived(1);
    await expect.poll(() => log.of('question-not-forwarded').length).toBe(1);
    again();
    await untilReceived(2);
    await withdraw();
    again();
    const got = await untilReceived(3);
    expect(got.map(({ body }) => QuestionMessage.parse(JSON.parse(body)).type)).toEqual([
      'approval.requested',
      'approval.requested',
      'approval.withdrawn',
    ]);
  });

  it('is not carried to where the tool sends it on', async () => {
    answers.push({ status: 307, headers: { location: `${toolUrl}/elsewhere` } });
    await restitch();
    const got = await untilReceived(2);
    expect(got.map(({ path }) => path)).toEqual(['/restitch', '/restitch']);
  });
});
