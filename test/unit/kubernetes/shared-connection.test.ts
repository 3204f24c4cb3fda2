import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpMethod, KubeConfig, RequestContext } from '@kubernetes/client-node';
import { afterEach, describe, expect, it } from 'vitest';
import { createApiClient } from '../../../adapters/kubernetes/api-client.ts';
import { createSharedConnection } from '../../../adapters/kubernetes/shared-connection.ts';
import { listenOnLoopback } from '../../../local/http.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** An API server that counts the connections to it. `/hang` is never answered. */
async function startServer() {
  let connections = 0;
  const server = createServer((request, response) => {
    if (request.url === '/hang') return;
    response.end('{}');
  });
  server.on('connection', () => {
    connections += 1;
  });
  const url = await listenOnLoopback(server, 0);
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  let token = 0;
  const api = createApiClient(async ({ KubeConfig }) => {
    const config = new KubeConfig();
    token += 1;
    config.loadFromClusterAndUser(
      { name: 'test', server: url, skipTLSVerify: true },
      { name: 'test', token: `token-${token}` },
    );
    return config;
  });
  const call = (path = '/api', timeoutMs = 5_000) => api({ method: 'GET', path, timeoutMs });
  return { call, connections: () => connections };
}

describe('calls to the Kubernetes API that follow each other', () => {
  it('use one connection, also with another token', async () => {
    const { call, connections } = await startServer();
    for (let i = 0; i < 5; i++) expect(await call()).toMatchObject({ type: 'answer', status: 200 });
    expect(connections()).toBe(1);
  });

  it('use another one after a call that was not answered', async () => {
    const { call, connections } = await startServer();
    await call();
    expect(await call('/hang', 50)).toEqual({ type: 'timeout' });
    expect(await call()).toMatchObject({ status: 200 });
    expect(connections()).toBe(2);
  });

  it('do not disturb each other at the same time', async () => {
    const { call } = await startServer();
    const [slow, ...others] = await Promise.all([call('/hang', 100), call(), call(), call()]);
    expect(slow).toEqual({ type: 'timeout' });
    for (const answer of others) expect(answer).toMatchObject({ status: 200 });
  });
});

describe('a connection that is kept', () => {
  /** A pool of connections as a KubeConfig makes it, that notes when it is closed. */
  async function pool() {
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'a', server: 'https://a', skipTLSVerify: true }, { name: 'a' });
    const request = new RequestContext('https://a', HttpMethod.GET);
    await config.applySecurityAuthentication(request);
    const dispatcher = request.getDispatcher();
    if (dispatcher === undefined) throw new Error('KubeConfig made no pool');
    const made = { dispatcher, closed: false };
    dispatcher.destroy = async () => {
      made.closed = true;
    };
    return made;
  }

  it('is not used again after two seconds without a call, as in a function that was frozen', async () => {
    const clock = createFakeClock();
    const lend = createSharedConnection(clock.now);
    const [first, second, third] = [await pool(), await pool(), await pool()];
    const lease = lend('a', first.dispatcher);
    lease.done('answered');
    clock.advanceSeconds(2);
    const again = lend('a', second.dispatcher);
    expect(again.dispatcher).toBe(first.dispatcher);
    again.done('answered');
    clock.advanceSeconds(2.001);
    expect(lend('a', third.dispatcher).dispatcher).toBe(third.dispatcher);
    expect([first.closed, second.closed, third.closed]).toEqual([true, true, false]);
  });

  it('is not used for another server or other certificates', async () => {
    const lend = createSharedConnection();
    const [first, second] = [await pool(), await pool()];
    const lease = lend('a', first.dispatcher);
    expect(lend('b', second.dispatcher).dispatcher).toBe(second.dispatcher);
    // Its call is still under way.
    expect(first.closed).toBe(false);
    lease.done('answered');
    expect(first.closed).toBe(true);
  });

  it('is for one call where it is not known whom it trusts', async () => {
    const lend = createSharedConnection();
    const first = await pool();
    lend(undefined, first.dispatcher).done('answered');
    expect(first.closed).toBe(true);
  });

  it('is closed when nobody calls any more', async () => {
    const { call, connections } = await startServer();
    await call();
    await sleep(2_100);
    await call();
    expect(connections()).toBe(2);
  });
});
