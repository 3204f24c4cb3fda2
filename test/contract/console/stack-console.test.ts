import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIncidentStore } from '../../../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../../../adapters/aws/dynamodb-table.ts';
import { startConsoleProxy } from '../../../cli/console-proxy.ts';
import { runCli } from '../../../cli/run-cli.ts';
import { readBuiltPage } from '../../../functions/console/built-page.ts';
import { createConsoleFunction } from '../../../functions/console/create.ts';
import { dynamoDbClient } from '../../../local/aws-clients.ts';
import { announceDecisions } from '../../../local/decision-address.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { lockStateDir } from '../../../local/state-lock.ts';
import { startEmbeddedDynamoDb } from '../../../local/table/embedded-dynamodb.ts';
import { ensureTable } from '../../../local/table/ensure-table.ts';
import { startIamFunctionUrl } from '../../../proof/template/iam-function-url.ts';
import { bundlePage } from '../../../scripts/bundle-page.ts';
import { startCloudFormationServer } from '../../fakes/cloudformation-server.ts';
import { openIncidentOf } from '../../fakes/console-under-test.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { receiptOf } from '../../fakes/sample-records.ts';

const REGION = 'eu-west-1';
const TABLE = 'restitch';
const callers = { AKIAANN: { secret: 'secret-of-ann', arn: 'arn:aws:iam::111122223333:user/ann' } };
/** With letters that have to be encoded in a path. */
const incident = openIncidentOf(1, { incidentId: 'lab (eu).gpu-1.1-x' });

const closers: (() => unknown)[] = [];
let consoleUrl = '';
let proxyUrl = '';
let environment: Readonly<Record<string, string>> = {};
let folder = '';

const callerWith = (secret: string) => async () => ({
  region: REGION,
  credentials: { accessKeyId: 'AKIAANN', secretAccessKey: secret },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restitch-console-'));
  const dynamoDb = await startEmbeddedDynamoDb(join(folder, 'dynamodb'));
  const client = dynamoDbClient({ url: dynamoDb.url, anyCredentials: true }, REGION);
  await ensureTable(client, TABLE);
  const store = createIncidentStore(createTable(DynamoDBDocumentClient.from(client), TABLE));
  await store.openOrGet(incident.target, () => incident);
  const detail = { lines: ['gpu-1: link flannel.1 down, then up'] };
  await store.appendReceipt(
    receiptOf({
      incidentId: incident.incidentId,
      entryId: 'r0001.0002',
      at: 1,
      event: 'plan',
      stage: 'bounce',
      detail,
    }),
  );
  bundlePage(join(folder, 'page'));
  const serve = createConsoleFunction(
    { TABLE_NAME: TABLE, STACK_NAME: 'Restitch' },
    { dynamoDb: client, page: readBuiltPage(join(folder, 'page')), log: createRecordingLog() },
  );
  const guarded = await startIamFunctionUrl(callers, serve);
  consoleUrl = guarded.url;
  const proxy = await startConsoleProxy({ consoleUrl, caller: callerWith(callers.AKIAANN.secret), port: 0 });
  proxyUrl = proxy.url;
  const outputs = {
    TableName: TABLE,
    QueueUrl: 'http://127.0.0.1:9/q',
    WebhookUrl: 'https://a/',
    WebhookSecretArn: 'a',
  };
  const cloudFormation = await startCloudFormationServer({
    Restitch: { outputs: { ...outputs, ConsoleUrl: consoleUrl } },
    Without: { outputs },
  });
  environment = { AWS_REGION: REGION, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url };
  closers.push(proxy.close, guarded.close, cloudFormation.close, dynamoDb.close);
});

afterAll(async () => {
  for (const close of closers) await close();
  await rm(folder, { recursive: true, force: true });
});

/** `fetch` sets some headers itself: this sends those that are given, and the path as it is. */
function send(path: string, method: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  const { hostname, port } = new URL(proxyUrl);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

const json = async (path: string) => JSON.parse(await (await fetch(`${proxyUrl}${path}`)).text());

describe('the URL of the console function', () => {
  it('lets nobody in who does not sign', async () => {
    expect((await fetch(consoleUrl)).status).toBe(403);
    expect((await fetch(`${consoleUrl}api/overview`)).status).toBe(403);
  });
});

describe('the proxy on this machine', () => {
  it('hands on the page with everything that it names, and nothing is asked for twice', async () => {
    const page = await fetch(proxyUrl);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    expect(html).toContain('name="updates" content="poll"');
    for (const [, path = ''] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const file = await fetch(`${proxyUrl}${path}`);
      expect([path, file.status, file.headers.get('cache-control')]).toEqual([
        path,
        200,
        'private, max-age=31536000, immutable',
      ]);
      const etag = file.headers.get('etag') ?? '';
      expect((await fetch(`${proxyUrl}${path}`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    }
  });

  it('hands on what the table says, whatever the incident is called', async () => {
    const { setup, incidents } = await json('/api/overview');
    expect(setup).toMatchObject({ fleet: 'Restitch', faults: null, standIn: false });
    expect(incidents).toMatchObject([{ incidentId: incident.incidentId }]);
    const at = `/api/incidents/${encodeURIComponent(incident.incidentId)}`;
    expect(await json(`${at}/case`)).toMatchObject({ case: { plan: { stage: 'bounce', begun: true } } });
    expect(await json(`${at}/receipt`)).toMatchObject({ receipt: [{ event: 'plan' }] });
    const before = encodeURIComponent(`${incident.openedAt + 1}.${incident.incidentId}`);
    expect(await json(`/api/incidents?before=${before}`)).toEqual({ incidents: [], older: null });
    expect(await json('/api/incidents/unknown')).toEqual({ error: 'not found' });
  });

  it.each([
    ['another host name', { host: 'evil.example' }],
    ['another host name with its port', { host: 'evil.example:8788' }],
    ['a page of another site', { origin: 'http://evil.example' }],
    ['a file', { origin: 'null' }],
    ['a link on another site', { 'sec-fetch-site': 'cross-site' }],
  ])('gives nothing to %s', async (_, headers) => {
    const { host } = new URL(proxyUrl);
    expect(await send('/api/overview', 'GET', { host })).toBe(200);
    expect(await send('/api/overview', 'GET', { host, ...headers })).toBe(403);
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('does nothing by %s', async (method) => {
    expect(await send('/api/drills', method)).toBe(405);
  });

  it.each(['//evil.example/', 'http://evil.example/', '/../../etc/passwd'])('asks nobody else, by %s', async (path) => {
    expect(await send(path, 'GET')).toBe(404);
  });

  it('says what is missing to somebody whom AWS does not let in', async () => {
    const other = await startConsoleProxy({ consoleUrl, caller: callerWith('guessed'), port: 0 });
    const answer = await fetch(other.url);
    expect([answer.status, JSON.parse(await answer.text()).error]).toEqual([
      403,
      expect.stringContaining('ConsolePolicyArn'),
    ]);
    other.close();
  });

  it('says so where the stack does not answer', async () => {
    const caller = callerWith('any');
    const other = await startConsoleProxy({ consoleUrl: 'http://127.0.0.1:9/', caller, port: 0 });
    expect((await fetch(other.url)).status).toBe(502);
    other.close();
  });
});

describe('restitch console', () => {
  /** The SDK takes credentials from the process, so they are set there for the time of a call. */
  async function run(args: readonly string[], secret = 'secret-of-ann') {
    const out: string[] = [];
    const err: string[] = [];
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAANN';
    process.env['AWS_SECRET_ACCESS_KEY'] = secret;
    try {
      const io = { out: (line: string) => out.push(line), err: (line: string) => err.push(line), environment };
      return { code: await runCli(['console', ...args], io), out: out.join('\n'), err: err.join('\n') };
    } finally {
      delete process.env['AWS_ACCESS_KEY_ID'];
      delete process.env['AWS_SECRET_ACCESS_KEY'];
    }
  }

  it('says where the page of a running npm start is', async () => {
    const unlock = await lockStateDir(folder);
    const withdraw = await announceDecisions(folder, { url: 'http://127.0.0.1:8787/decisions', token: 't' });
    expect(await run(['--state-dir', folder])).toMatchObject({ code: 0, out: 'http://127.0.0.1:8787' });
    expect((await run(['--state-dir', folder, '--json'])).out).toBe('{"consoleUrl":"http://127.0.0.1:8787"}');
    await withdraw();
    await unlock();
  });

  it.each([
    [['--state-dir', '/tmp'], 1, 'no npm start runs in /tmp under your user: start it, or give --stack NAME'],
    [['--stack', 'Without'], 1, 'has no console page: set stack.console in restitch.config.yaml'],
    [['--stack', 'Unknown'], 1, 'there is no stack Unknown'],
    [['--port', '8000'], 2, '--port needs --stack'],
    [['--stack', 'Restitch', '--port', 'x'], 2, 'no port: x'],
  ])('says what is wrong: %j', async (args, code, said) => {
    const outcome = await run(args);
    expect({ code: outcome.code, said: outcome.err.includes(said) ? said : outcome.err }).toEqual({ code, said });
  });

  it('says which policy is missing before it opens anything', async () => {
    expect(await run(['--stack', 'Restitch'], 'guessed')).toMatchObject({
      code: 1,
      err: expect.stringContaining('ConsolePolicyArn'),
    });
  });

  it('does not take the port of somebody else', async () => {
    const other = createServer();
    const { port } = new URL(await listenOnLoopback(other, 0));
    const outcome = await run(['--stack', 'Restitch', '--port', port]);
    other.close();
    expect(outcome).toMatchObject({ code: 1, err: expect.stringContaining('EADDRINUSE') });
  });
});
