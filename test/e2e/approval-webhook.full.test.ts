import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { QuestionMessage } from '../../adapters/webhook/question-message.ts';
import { signMessage, verifyMessage } from '../../adapters/webhook/standard-webhook.ts';
import { ANSWERS_PATH } from '../../functions/approval/webhook-answer.ts';
import { listenOnLoopback, readBody } from '../../local/http.ts';
import { restitchOfEachTest } from './restitch-of-each-test.ts';
import { drillResult, until } from './restitch-process.ts';

const own = restitchOfEachTest();
const questionKey = Buffer.from('key-of-questions-of-32-bytes-now');
const answerKey = Buffer.from('key-of-the-answers-of-32-bytes-!');

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Another tool, which takes what is signed and refuses everything else. */
async function startTool() {
  const messages: QuestionMessage[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((rawBody) => {
      const verdict = verifyMessage([questionKey], { ...partsOf(request.headers), rawBody }, Date.now());
      if (verdict.type === 'valid') messages.push(QuestionMessage.parse(JSON.parse(rawBody.toString('utf8'))));
      response.writeHead(verdict.type === 'valid' ? 204 : 401);
      response.end();
    });
  });
  const url = await listenOnLoopback(server, 0);
  closers.push(() => server.close());
  return { url: `${url}/questions`, messages };
}

function partsOf(headers: IncomingHttpHeaders) {
  const header = (name: string) => String(headers[name] ?? '');
  return {
    id: header('webhook-id'),
    timestamp: header('webhook-timestamp'),
    signature: header('webhook-signature'),
  };
}

async function answer(consoleUrl: string, { approvalId, planDigest }: QuestionMessage['data'], by: string) {
  const body = JSON.stringify({
    type: 'approval.answer',
    data: { approvalId, planDigest, decision: 'approved', by: { id: by } },
  });
  const id = `answer_${randomUUID()}`;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = signMessage([answerKey], { id, timestamp, rawBody: Buffer.from(body) });
  const response = await fetch(new URL(ANSWERS_PATH, consoleUrl), {
    method: 'POST',
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    body,
  });
  return { status: response.status, said: await response.json() };
}

describe('a drill whose gentle stages fail', () => {
  it('is approved in another tool, by a person of the list, and healed by that', { timeout: 400_000 }, async () => {
    const tool = await startTool();
    const restitch = await own.start(['--drill', 'vxlan-wedge', '--fail-apply'], {
      FLEET: 'simulated',
      APPROVERS: 'webhook:ann@acme.example',
      APPROVAL_WEBHOOK_URL: tool.url,
      APPROVAL_WEBHOOK_KEY: questionKey.toString('base64'),
      APPROVAL_ANSWER_KEY: answerKey.toString('base64'),
    });
    const question = await until(async () => tool.messages.find(({ type }) => type === 'approval.requested'));
    expect(await answer(restitch.consoleUrl, question.data, 'mallory')).toMatchObject({
      status: 403,
      said: { code: 'not-allowed' },
    });
    expect(await answer(restitch.consoleUrl, question.data, 'ann@acme.example')).toMatchObject({
      status: 200,
      said: { decision: 'approved' },
    });
    const decided = await until(async () => tool.messages.find(({ type }) => type === 'approval.decided'));
    expect(decided.data).toMatchObject({ status: 'approved', decidedBy: { id: 'webhook:ann@acme.example' } });
    const { incident, receipt } = await drillResult(restitch);
    expect(incident.outcome).toBe('repaired');
    const line = receipt.find(({ event }) => event === 'approval-decided');
    expect(line?.summary).toBe('bounce: approved by ann@acme.example (webhook:ann@acme.example)');
    expect(await restitch.ended).toBe(0);
  });
});
