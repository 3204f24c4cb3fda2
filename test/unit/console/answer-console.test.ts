import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answerConsole, CLOSED_AT_ONCE, ConsoleEvent } from '../../../functions/console/answer-console.ts';
import { readCase } from '../../../functions/console/read-case.ts';
import { createOverview } from '../../../functions/console/read-overview.ts';
import { labels, openIncidentOf } from '../../fakes/console-under-test.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { receiptOf } from '../../fakes/sample-records.ts';

const files = new Map([
  ['/', { contentType: 'text/html; charset=utf-8', body: '<!doctype html>' }],
  ['/page.0.js', { contentType: 'text/javascript; charset=utf-8', body: 'x()'.repeat(1_000) }],
]);
const setup = { fleet: 'Restitch', users: [], standIn: false, hints: null, faults: null, stack: 'Restitch' };

function consoleOfStack() {
  const store = createInMemoryIncidentStore();
  const approvals = createInMemoryApprovalStore();
  const { pauses } = createInMemorySafetyRecords();
  const log = createRecordingLog();
  const overview = createOverview(
    { store, pauses, ledger: createInMemoryCapacityLedger(), listNodes: undefined, clock: Date.now },
    { labels, budgets: undefined, mostClosed: CLOSED_AT_ONCE, mostLooks: 200 },
  );
  const ports = {
    page: (path: string) => files.get(path),
    overview,
    readCase: (id: string) => readCase(id, { store, approvals }, { approvers: [], rules: [] }),
    store,
    log,
  };
  const send = (path: string, { method = 'GET', headers = {}, iam = true } = {}) => {
    const [rawPath = '', rawQueryString = ''] = path.split('?');
    const authorizer = iam ? { iam: { userArn: 'arn:aws:iam::111122223333:user/ann' } } : null;
    const event = { rawPath, rawQueryString, headers, requestContext: { http: { method }, authorizer } };
    return answerConsole(ConsoleEvent.parse(event), ports, setup);
  };
  const read = async (path: string) => JSON.parse((await send(path)).body);
  return { store, log, send, read };
}

describe('the console of a stack', () => {
  it('tells what the page shows, and that nothing can be done there', async () => {
    const { store, read } = consoleOfStack();
    store.seed(openIncidentOf(1));
    expect(await read('/api/overview')).toMatchObject({
      setup: { fleet: 'Restitch', standIn: false, faults: null, hints: null },
      incidents: [{ incidentId: 'lab.gpu-1.1-x', node: 'gpu-1' }],
      older: null,
      standing: { pauses: [], budgets: null, reserved: [] },
    });
  });

  it('tells one incident, its line, its case, its receipt and an entry of that', async () => {
    const { store, read } = consoleOfStack();
    store.seed(openIncidentOf(1));
    const entry = receiptOf({ incidentId: 'lab.gpu-1.1-x', entryId: 'r0001.0002', at: 1, detail: { lines: ['a'] } });
    await store.appendReceipt(entry);
    const at = '/api/incidents/lab.gpu-1.1-x';
    expect(await read(at)).toMatchObject({ incident: { incidentId: 'lab.gpu-1.1-x' } });
    expect(await read(`${at}/line`)).toMatchObject({ line: { incidentId: 'lab.gpu-1.1-x', phase: 'repairing' } });
    expect(await read(`${at}/case`)).toMatchObject({ case: { incident: { incidentId: 'lab.gpu-1.1-x' } } });
    expect(await read(`${at}/receipt`)).toMatchObject({ receipt: [{ detail: { lines: ['a'] } }] });
    expect(await read(`${at}/receipt/r0001.0002`)).toMatchObject({ entry: { detail: { lines: ['a'] } } });
  });

  it('tells three thousand closed incidents part by part, each of them once', async () => {
    const { store, read } = consoleOfStack();
    for (let each = 1; each <= 3_000; each++)
      store.seed(openIncidentOf(each, { phase: 'closed', openedAt: 1_000 + (each % 40), reportedAt: 5_000 }));
    const first = await read('/api/overview');
    const ids: string[] = first.incidents.map(({ incidentId }: { incidentId: string }) => incidentId);
    let parts = 1;
    for (let older: string | null = first.older; older !== null; parts++) {
      const part = await read(`/api/incidents?before=${encodeURIComponent(older)}`);
      ids.push(...part.incidents.map(({ incidentId }: { incidentId: string }) => incidentId));
      older = part.older;
    }
    expect([ids.length, new Set(ids).size, parts]).toEqual([3_000, 3_000, 16]);
  });
});

describe('what a reader has already', () => {
  it('is not sent again until it changes', async () => {
    const { store, send } = consoleOfStack();
    store.seed(openIncidentOf(1));
    const first = await send('/api/overview');
    const headers = { 'if-none-match': `"other", W/${first.headers['etag']}` };
    expect(await send('/api/overview', { headers })).toMatchObject({ statusCode: 304, body: '' });
    await store.update('lab.gpu-1.1-x', (current) => ({ ...current, phase: 'verifying' }));
    expect(await send('/api/overview', { headers })).toMatchObject({ statusCode: 200 });
  });

  it('is kept for good where its name says what is in it, and asked for again where it does not', async () => {
    const { send } = consoleOfStack();
    expect((await send('/page.0.js')).headers['cache-control']).toContain('immutable');
    expect((await send('/')).headers['cache-control']).toBe('private, no-cache');
    expect((await send('/api/overview')).headers['cache-control']).toBe('private, no-cache');
  });
});

describe('an answer', () => {
  it.each([
    ['gzip', true],
    ['br, gzip;q=0.5', true],
    ['gzip;q=0', false],
    ['br', false],
    ['', false],
  ])('is compressed only where the reader takes it: %j', async (accepted, is) => {
    const { send } = consoleOfStack();
    const {
      body,
      headers,
      isBase64Encoded = false,
    } = await send('/page.0.js', {
      headers: { 'accept-encoding': accepted },
    });
    expect([isBase64Encoded, headers['content-encoding']]).toEqual(is ? [true, 'gzip'] : [false, undefined]);
    const text = is ? gunzipSync(Buffer.from(body, 'base64')).toString() : body;
    expect(text).toBe(files.get('/page.0.js')?.body);
  });

  it('that Lambda would not send says what reads it', async () => {
    const { store, send } = consoleOfStack();
    store.seed(openIncidentOf(1));
    const lines = Array.from({ length: 100_000 }, (_, index) => `"${index}" `.repeat(6));
    const large = receiptOf({ incidentId: 'lab.gpu-1.1-x', entryId: 'r0001.0002', at: 1, detail: { lines } });
    await store.appendReceipt(large);
    const answer = await send('/api/incidents/lab.gpu-1.1-x/receipt');
    expect(answer).toMatchObject({ statusCode: 413 });
    expect(answer.body).toContain('restitch incidents receipt INCIDENT --stack Restitch --json');
    const packed = await send('/api/incidents/lab.gpu-1.1-x/receipt', { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.statusCode).toBe(200);
  });

  it('lets nothing in from elsewhere, whatever it says', async () => {
    const { send } = consoleOfStack();
    for (const path of ['/', '/api/overview', '/nothing']) {
      const { headers } = await send(path);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; /);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    }
  });

  it('to HEAD has the headers and no body', async () => {
    const { send } = consoleOfStack();
    const [whole, head] = [await send('/'), await send('/', { method: 'HEAD' })];
    expect(head).toEqual({ ...whole, body: '' });
  });
});

describe('nothing is told', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('to %s, on any path', async (method) => {
    const { send, store } = consoleOfStack();
    store.seed(openIncidentOf(1));
    const paths = ['/', '/api/overview', '/api/drills', '/api/messages/1.0/actions', '/api/commands', '/webhook'];
    for (const path of paths) {
      const { statusCode, headers, body } = await send(path, { method });
      expect([path, statusCode, headers['allow']]).toEqual([path, 405, 'GET, HEAD']);
      expect(JSON.parse(body)).toEqual({ error: expect.stringContaining('only GET and HEAD') });
    }
  });

  it('to a caller whom AWS does not know', async () => {
    const { send } = consoleOfStack();
    for (const path of ['/', '/api/overview']) expect((await send(path, { iam: false })).statusCode).toBe(403);
  });

  it.each([
    '/index.html',
    '/page/',
    '/api',
    '/api/live',
    '/api/messages',
    '/api/drills',
    '/api/incidents',
    '/api/incidents?before=x',
    '/api/incidents?before=1.',
    '/api/incidents/',
    '/api/incidents/unknown',
    '/api/incidents/unknown/case',
    '/api/incidents/unknown/line',
    '/api/incidents/unknown/receipt',
    '/api/incidents/%E0%A4%A',
    '/api/incidents/lab.gpu-1.1-x/receipt/unknown',
    '/api/incidents/lab.gpu-1.1-x/case/more',
    '/api/incidents/lab.gpu-1.1-x/plan',
    '/api/incidents/lab.gpu-1.1-x/receipt/a/b',
    '//evil.example/',
  ])('on %s', async (path) => {
    const { send, store } = consoleOfStack();
    store.seed(openIncidentOf(1));
    const { statusCode, body } = await send(path);
    expect([statusCode, JSON.parse(body)]).toEqual([404, { error: 'not found' }]);
  });

  it('where the table cannot be read, and the log says why', async () => {
    const { send, store, log } = consoleOfStack();
    store.faults.next('listOpen', 'refused');
    expect(await send('/api/overview')).toMatchObject({
      statusCode: 503,
      body: expect.not.stringContaining('refused'),
    });
    expect(log.lines).toContainEqual(
      expect.objectContaining({
        event: 'console-unread',
        fields: expect.objectContaining({ reason: 'listOpen: refused' }),
      }),
    );
  });
});
