import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createAlertmanagerSource } from '../../../adapters/alertmanager/alertmanager-alerts.ts';
import { listenOnLoopback } from '../../../local/http.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** As `GET /api/v2/alerts` of Alertmanager 0.25 answers. */
const gettable = {
  annotations: { summary: 'pods of gpu-1 answer nobody' },
  endsAt: '2026-11-21T00:08:41.912Z',
  fingerprint: '760a7c34fa5ce8f7',
  receivers: [{ name: 'restitch' }],
  startsAt: '2026-11-21T00:02:41.912Z',
  status: { inhibitedBy: [], silencedBy: [], state: 'active' },
  updatedAt: '2026-11-21T00:04:41.916Z',
  generatorURL: 'http://prometheus.example/graph',
  labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab-1', node: 'gpu-1' },
};
const uptime = '2026-11-20T23:00:00.123Z';

async function serve(alerts: unknown, status = 200) {
  const asked: (string | undefined)[][] = [];
  const server = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization]);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(request.url?.includes('/status') === true ? { uptime, cluster: {} } : alerts));
  });
  servers.push(server);
  return { url: await listenOnLoopback(server, 0), asked };
}

describe("Alertmanager's list of alerts", () => {
  it('is read for our receiver, with the token, as webhooks would have it', async () => {
    const { url, asked } = await serve([gettable, { ...gettable, status: { state: 'suppressed' } }]);
    const source = createAlertmanagerSource({ url: `${url}/`, receiver: 'restitch', token: async () => 'secret' });
    const { labels, annotations, startsAt, fingerprint } = gettable;
    const held = {
      raw: { status: 'firing', labels, annotations, startsAt, fingerprint },
      fingerprint,
      startsAt: Date.parse(startsAt),
    };
    expect(await source.list()).toEqual({
      upSince: Date.parse(uptime),
      alerts: [
        { active: true, ...held },
        { active: false, ...held },
      ],
    });
    expect(asked).toEqual([
      ['/api/v2/status', 'Bearer secret'],
      ['/api/v2/alerts?receiver=restitch', 'Bearer secret'],
    ]);
  });

  it('leaves out what does not parse', async () => {
    const { url } = await serve(['nonsense', { ...gettable, startsAt: 'yesterday' }, gettable]);
    const source = createAlertmanagerSource({ url, receiver: 'restitch', token: undefined });
    expect((await source.list()).alerts).toHaveLength(1);
  });

  it.each([
    [500, true],
    [403, false],
  ])('that is answered with %i is an error of ours, worth another try: %s', async (status, retryable) => {
    const { url } = await serve([], status);
    const source = createAlertmanagerSource({ url, receiver: 'restitch', token: undefined });
    await expect(source.list()).rejects.toMatchObject({ code: 'alertmanager', retryable });
  });

  it('is never taken from something that is no list', async () => {
    const { url } = await serve({ alerts: [] });
    const source = createAlertmanagerSource({ url, receiver: 'restitch', token: undefined });
    await expect(source.list()).rejects.toMatchObject({ code: 'alertmanager', retryable: false });
  });
});
