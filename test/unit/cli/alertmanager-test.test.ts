import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { sendToAlertmanager, sendToIntake } from '../../../adapters/alertmanager/send-alert.ts';
import { followAlert } from '../../../cli/follow-alert.ts';
import { hypothesize } from '../../../core/alert/hypothesize.ts';
import { syntheticAlert } from '../../../core/alert/synthetic-alert.ts';
import type { AlertProgress } from '../../../core/incident/alert-progress.ts';
import { listenOnLoopback, readBody } from '../../../local/http.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';
import { captureCli } from './captured-cli.ts';

const target = { cluster: 'lab', node: 'gpu-1' };
const rule = { name: 'OverlayEntriesBroken', class: 'vxlan-wedge', severity: 'critical', rank: 'cause' } as const;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(answer: unknown, status = 200) {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse((await readBody(request)).toString('utf8'));
    asked.push({ url: request.url, authorization: request.headers.authorization, body });
    response.writeHead(status).end(answer === undefined ? '' : JSON.stringify(answer));
  });
  servers.push(server);
  return { url: await listenOnLoopback(server, 0), asked };
}

/** The chain gets the alert and is followed for at most `seconds`; what is said, and how far it came. */
async function follow(sick: readonly string[], seconds: number) {
  const chain = createChainUnderTest({}, { sick });
  const alert = syntheticAlert(target, rule, chain.clock.now());
  const { labels, annotations, startsAt, fingerprint } = alert;
  const said: string[] = [];
  await chain.post(rawAlert({ labels, annotations, startsAt: new Date(startsAt).toISOString(), fingerprint }));
  const sleep = async () => {
    chain.clock.advanceSeconds(1);
    chain.engine.tick();
    await chain.engine.idle();
  };
  const ports = { store: chain.ports.store, sleep, said: new Set<string>() };
  const isOver = (seen?: AlertProgress) => seen?.phase === 'closed' || chain.clock.now() >= startsAt + seconds * 1_000;
  const progress = await followAlert(ports, target, alert, isOver, (at, text) =>
    said.push(`${Math.floor(at)} ${text}`),
  );
  return { progress, said };
}

describe('a test alert', () => {
  it('is read as one of its rule, and is another alert than a real one', () => {
    const alert = syntheticAlert(target, rule, 1_000);
    expect(hypothesize(alert.labels)).toBe('vxlan-wedge');
    expect(alert.labels).toMatchObject({ ...target, alertname: rule.name, restitch_test: 'rs' });
    expect(alert.annotations).toMatchObject({ restitch_synthetic: 'true' });
  });

  it('for a healthy node ends as self-recovered, and each step is said once with its seconds', async () => {
    const { progress, said } = await follow([], 300);
    expect(progress).toMatchObject({ phase: 'closed', outcome: 'self-recovered' });
    expect(said[0]).toMatch(/^0 opened by OverlayEntriesBroken/);
    expect(said.at(-1)).toMatch(/^\d+ closed: self-recovered/);
    expect(new Set(said).size).toBe(said.length);
  });

  it('that has not ended when the wait is over is told as such', async () => {
    const { progress } = await follow([], 5);
    expect(progress?.phase).not.toBe('closed');
    expect(progress?.incidentId).toMatch(/^lab\.gpu-1/);
  });

  it('that nobody saw is not taken for an older incident of the node', async () => {
    const chain = createChainUnderTest();
    await chain.post(rawAlert({ labels: { alertname: rule.name, ...target } }));
    const alert = syntheticAlert(target, rule, chain.clock.now());
    const sleep = async () => chain.clock.advanceSeconds(1);
    const ports = { store: chain.ports.store, sleep, said: new Set<string>() };
    const isOver = () => chain.clock.now() >= alert.startsAt + 3_000;
    expect(await followAlert(ports, target, alert, isOver, () => {})).toBeUndefined();
  });
});

describe('sending it', () => {
  const alert = syntheticAlert(target, rule, 1_000);

  it('to Alertmanager gives it an end, should nobody send one', async () => {
    const { url, asked } = await serve(undefined);
    await sendToAlertmanager(`${url}/`, alert, 61_000);
    const times = { startsAt: '1970-01-01T00:00:01.000Z', endsAt: '1970-01-01T00:01:01.000Z' };
    expect(asked).toMatchObject([{ url: '/api/v2/alerts', body: [{ labels: alert.labels, ...times }] }]);
  });

  it('to intake is a webhook with the token', async () => {
    const { url, asked } = await serve({ outcomes: { queued: 1 } });
    await sendToIntake({ url, token: 't' }, alert, null);
    await sendToIntake({ url, token: 't' }, alert, 61_000);
    expect(asked).toMatchObject([
      {
        authorization: 'Bearer t',
        body: { status: 'firing', alerts: [{ status: 'firing', fingerprint: alert.fingerprint }] },
      },
      { authorization: 'Bearer t', body: { status: 'resolved', alerts: [{ status: 'resolved' }] } },
    ]);
  });

  it('fails where intake does not take it', async () => {
    const unknown = await serve({ outcomes: { 'unknown-cluster': 1 } });
    await expect(sendToIntake({ url: unknown.url, token: 't' }, alert, null)).rejects.toThrow('unknown-cluster');
    const refused = await serve({}, 401);
    await expect(sendToIntake({ url: refused.url, token: 't' }, alert, null)).rejects.toThrow('answered 401');
  });
});

describe('restitch alertmanager test', () => {
  it.each([
    [['--node', 'gpu-1']],
    [['--node', 'gpu-1', '--alertmanager', 'http://a', '--intake', 'http://b']],
    [['--node', 'gpu-1', '--intake', 'http://b']],
    [['--node', 'gpu-1', '--alertmanager', 'file:///etc/passwd']],
    [['--node', 'gpu-1', '--alertmanager', 'http://a', '--wait', '0']],
    [['--alertmanager', 'http://a']],
  ])('%j ends with 2', async (args) => {
    expect((await captureCli(['alertmanager', 'test', ...args], { TABLE_NAME: 'none' })).code).toBe(2);
  });
});
