import { request } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fleetOf, openIncidentOf, startConsoleUnderTest } from '../../fakes/console-under-test.ts';

type Console = Awaited<ReturnType<typeof startConsoleUnderTest>>;
let page: Console | undefined;

afterEach(() => page?.close());

async function open(...args: Parameters<typeof startConsoleUnderTest>): Promise<Console> {
  page = await startConsoleUnderTest(...args);
  return page;
}

/** `fetch` sets some headers itself: this sends those that are given. */
function send(url: string, method: string, headers: Readonly<Record<string, string>>, body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function tokenOf(url: string): Promise<string> {
  return /name="act-token" content="([\da-f]+)"/.exec(await (await fetch(url)).text())?.[1] ?? '';
}

const drills = () => ({ faults: [], start: vi.fn(async () => undefined), clear: vi.fn(async () => undefined) });
const json = { 'content-type': 'application/json' };

describe('the files of the page', () => {
  it('are all there: what the page and its scripts name, in turn', async () => {
    const { url } = await open();
    const html = await (await fetch(url)).text();
    const wanted = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(wanted.length).toBeGreaterThan(3);
    const seen = new Set<string>();
    while (wanted.length > 0) {
      const path = wanted.pop() ?? '';
      if (seen.has(path)) continue;
      seen.add(path);
      const response = await fetch(new URL(path, url));
      expect([path, response.status]).toEqual([path, 200]);
      const text = await response.text();
      if (!path.endsWith('.ts')) continue;
      expect(response.headers.get('content-type')).toMatch(/^text\/javascript/);
      const imported = [...text.matchAll(/^import [^;]*? from '([^']+)';/gm)].map(([, name = '']) => name);
      wanted.push(...imported.map((name) => new URL(name, new URL(path, url)).pathname));
    }
    expect(seen.size).toBeGreaterThan(20);
  });

  it.each([
    '/package.json',
    '/local/console/console.ts',
    '/functions/console/page/tsconfig.json',
    '/functions/console/page/../../secrets.ts',
    '/functions/console/page/%2e%2e/console.ts',
    '/.restitch/secrets.json',
  ])('are no others: %s', async (path) => {
    const { url } = await open();
    expect(await send(`${url}${path}`, 'GET', {})).toBe(404);
  });

  it('forbid everything from elsewhere, inline scripts and styles', async () => {
    const { url } = await open();
    const policy = (await fetch(url)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await (await fetch(url)).text();
    expect(html).not.toMatch(/<script>|<style>| style="| on[a-z]+="/);
  });
});

describe('an act', () => {
  const fault = JSON.stringify({ fault: 'fdb-flushed' });

  it('needs the token that was written into the page', async () => {
    const own = drills();
    const { url } = await open([], own);
    const token = await tokenOf(url);
    const at = `${url}/api/drills`;
    const origin = url;
    expect(await send(at, 'POST', json, fault)).toBe(403);
    expect(await send(at, 'POST', { ...json, 'x-restitch-act': 'x' }, fault)).toBe(403);
    expect(await send(at, 'POST', { ...json, 'x-restitch-act': token, origin: 'http://evil.example' }, fault)).toBe(
      403,
    );
    expect(await send(at, 'POST', { ...json, 'x-restitch-act': token, 'sec-fetch-site': 'cross-site' }, fault)).toBe(
      403,
    );
    expect(await send(at, 'POST', { ...json, 'x-restitch-act': token, host: 'evil.example' }, fault)).toBe(403);
    expect(await send(at, 'POST', { 'content-type': 'text/plain', 'x-restitch-act': token }, fault)).toBe(403);
    expect(own.start).not.toHaveBeenCalled();
    expect(await send(at, 'POST', { ...json, 'x-restitch-act': token, origin }, fault)).toBe(202);
    expect(own.start).toHaveBeenCalledExactlyOnceWith('fdb-flushed');
  });

  it('of another start is refused', async () => {
    const first = await open();
    const token = await tokenOf(first.url);
    first.close();
    const { url } = await open([], drills());
    expect(await send(`${url}/api/drills`, 'POST', { ...json, 'x-restitch-act': token }, fault)).toBe(403);
  });

  it('breaks nothing where the nodes are not of the lab', async () => {
    const { url } = await open();
    const headers = { ...json, 'x-restitch-act': await tokenOf(url) };
    expect(await send(`${url}/api/drills`, 'POST', headers, fault)).toBe(403);
    expect(await send(`${url}/api/drills/clear`, 'POST', headers, '{}')).toBe(403);
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('by %s is none', async (method) => {
    const { url } = await open();
    expect(await send(`${url}/api/incidents`, method, {})).toBe(405);
  });
});

describe('the event stream', () => {
  it('tells everything at once, and then an incident that changed alone', async () => {
    const { url, store } = await open(fleetOf(1, 1, 3));
    store.seed(openIncidentOf(1));
    store.seed(openIncidentOf(2));
    const stopping = new AbortController();
    const response = await fetch(`${url}/api/live`, { signal: stopping.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const next = async () => JSON.parse(((await reader?.read())?.value ?? '').replace(/^data: /, ''));
    const first = await next();
    expect(first.fleet.nodes).toHaveLength(4);
    expect(first.incidents.changed).toHaveLength(2);
    await store.update('lab.gpu-2.1-x', (current) => ({ ...current, phase: 'verifying' }));
    expect(await next()).toEqual({
      incidents: { changed: [expect.objectContaining({ node: 'gpu-2', phase: 'verifying' })], gone: [] },
    });
    stopping.abort();
  });
});
