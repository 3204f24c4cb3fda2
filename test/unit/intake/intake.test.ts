import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER_LABELS, DEFAULT_NODE_LABELS } from '../../../core/alert/resolve-target.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import type { HttpEvent } from '../../../functions/http-event.ts';
import { intake } from '../../../functions/intake/intake.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { createRecordingMetrics } from '../../fakes/recording-metrics.ts';
import { rawAlert, TOKEN, webhookRequest } from '../../fakes/webhook-request.ts';
import { outsideOfList } from '../metrics/allowed-sets.ts';

function setUp(overrides: { readonly tokens?: () => Promise<readonly string[]>; readonly maxBodyBytes?: number } = {}) {
  const queue = createFakeWorkQueue();
  const log = createRecordingLog();
  const metrics = createRecordingMetrics();
  const clock = createFakeClock();
  const ports = { queue, log, metrics, clock: clock.now, tokens: overrides.tokens ?? (async () => [TOKEN]) };
  const rules = { clusterLabels: DEFAULT_CLUSTER_LABELS, nodeLabels: DEFAULT_NODE_LABELS, defaultCluster: null };
  const settings = { rules, clusters: ['lab-1'], maxBodyBytes: overrides.maxBodyBytes ?? 6_291_456 };
  const post = async (event: HttpEvent) => {
    const response = await intake(event, ports, settings);
    return { ...response, answer: JSON.parse(response.body) };
  };
  return { queue, log, metrics, clock, post };
}

describe('a webhook with good alerts', () => {
  it('is answered 200 when all are queued, with counts that add up', async () => {
    const { post, queue } = setUp();
    const alerts = [rawAlert(), rawAlert({ fingerprint: 'b', status: 'resolved' })];
    const { statusCode, answer, headers } = await post(webhookRequest({ alerts }));
    expect(statusCode).toBe(200);
    expect(answer).toEqual({ received: 2, outcomes: { queued: 2 }, truncated: 0 });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(queue.sent.map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });

  it('becomes work items with target, episode and first guess', async () => {
    const { post, queue, clock } = setUp();
    await post(webhookRequest({ alerts: [rawAlert()] }));
    expect(queue.sent).toEqual([
      {
        schema: 'restitch/work-item/1',
        target: { cluster: 'lab-1', node: 'gpu-1' },
        fingerprint: '760a7c34fa5ce8f7',
        status: 'firing',
        startsAt: Date.parse('2026-11-21T00:02:41.912Z'),
        alertname: 'FlannelVxlanWedge',
        severity: 'critical',
        summary: 'pods of gpu-1 answer nobody',
        hypothesis: 'vxlan-wedge',
        receivedAt: clock.now(),
      },
    ]);
  });

  it('is cut to a length that every store takes, and not through an emoji', async () => {
    const { post, queue } = setUp();
    await post(webhookRequest({ alerts: [rawAlert({ annotations: { summary: `${'x'.repeat(499)}🔥 and more` } })] }));
    expect(queue.sent[0]?.summary).toBe(`${'x'.repeat(499)}\ufffd`);
  });

  it('may be base64-encoded', async () => {
    const { post } = setUp();
    const { answer } = await post(webhookRequest({ alerts: [rawAlert()] }, { isBase64Encoded: true }));
    expect(answer.outcomes).toEqual({ queued: 1 });
  });

  it('says how many alerts Alertmanager hid, and infers nothing', async () => {
    const { post, log, queue } = setUp();
    const { answer } = await post(webhookRequest({ alerts: [rawAlert()], truncatedAlerts: 4 }));
    expect(answer).toEqual({ received: 1, outcomes: { queued: 1 }, truncated: 4 });
    expect(log.of('webhook-truncated')).toMatchObject([{ hidden: 4 }]);
    expect(queue.sent).toHaveLength(1);
  });

  it('may be empty', async () => {
    const { post } = setUp();
    expect((await post(webhookRequest({ alerts: [] }))).answer).toEqual({ received: 0, outcomes: {}, truncated: 0 });
  });
});

describe('alerts that cannot become work', () => {
  it('cost only themselves, each with a reason in answer and log', async () => {
    const { post, queue, log } = setUp();
    const alerts = [
      'nonsense',
      rawAlert({ startsAt: 'yesterday' }),
      rawAlert({ labels: { node: 'gpu-1' } }),
      rawAlert({ labels: { cluster: 'lab-1', node: 'gpu 1; reboot' } }),
      rawAlert({ labels: { cluster: 'lab-1' } }),
      rawAlert({ labels: { cluster: 'lab-2', node: 'gpu-1' } }),
      rawAlert(),
    ];
    const { statusCode, answer } = await post(webhookRequest({ alerts }));
    expect(statusCode).toBe(200);
    expect(answer).toEqual({
      received: 7,
      outcomes: { malformed: 2, 'no-cluster': 1, 'bad-node-name': 1, 'no-node': 1, 'unknown-cluster': 1, queued: 1 },
      truncated: 0,
    });
    expect(queue.sent).toHaveLength(1);
    expect(log.of('alert-refused').map(({ reason, path, index }) => [reason, path ?? index])).toEqual([
      ['malformed', 'alerts.0'],
      ['malformed', 'alerts.1.startsAt'],
      ['no-cluster', 2],
      ['bad-node-name', 3],
      ['no-node', 4],
      ['unknown-cluster', 5],
    ]);
    expect(log.of('alert-refused').at(-1)).toMatchObject({ cluster: 'lab-2', node: 'gpu-1' });
  });
});

describe('a mass outage', () => {
  it('of 3,000 nodes in one webhook of 5 MB gets in as a whole', async () => {
    const { post, queue } = setUp();
    const annotations = { summary: 'pods answer nobody', description: 'x'.repeat(1_300) };
    const alerts = Array.from({ length: 3_000 }, (_, index) =>
      rawAlert({ labels: { cluster: 'lab-1', node: `gpu-${index}` }, annotations, fingerprint: `f${index}` }),
    );
    const body = JSON.stringify({ alerts });
    expect(Buffer.byteLength(body)).toBeGreaterThan(4_500_000);
    const { statusCode, answer } = await post(webhookRequest(body));
    expect([statusCode, answer.outcomes]).toEqual([200, { queued: 3_000 }]);
    expect(queue.sent).toHaveLength(3_000);
  });
});

describe('a request that is not a valid webhook', () => {
  it.each(['GET', 'PUT', 'HEAD'])('is refused with 405 when it is a %s', async (method) => {
    const { post } = setUp();
    expect(await post(webhookRequest({ alerts: [] }, { method }))).toMatchObject({
      statusCode: 405,
      headers: { allow: 'POST' },
    });
  });

  it.each([undefined, '', 'Bearer', 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, `Bearer ${TOKEN} x`])(
    'is refused with 401 when it authorizes itself by %j',
    async (authorization) => {
      const { post, queue } = setUp();
      const event = webhookRequest({ alerts: [rawAlert()] });
      const response = await post({ ...event, headers: authorization === undefined ? {} : { authorization } });
      expect(response).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': 'Bearer' } });
      expect(queue.sent).toEqual([]);
    },
  );

  it('is refused for everybody when there is no token', async () => {
    const { post } = setUp({ tokens: async () => [] });
    expect((await post(webhookRequest({ alerts: [] }))).statusCode).toBe(401);
  });

  it('cannot be authorized by an empty token', async () => {
    const { post } = setUp({ tokens: async () => [''] });
    const event = { ...webhookRequest({ alerts: [] }), headers: { authorization: 'Bearer ' } };
    expect((await post(event)).statusCode).toBe(401);
  });

  it.each([
    // Alertmanager sends again at once after a 5xx only: the group shrinks when alerts resolve or max_alerts is set.
    ['one byte more than allowed', 1, 503],
    ['exactly as large as allowed', 0, 200],
  ])('is measured in bytes: %s', async (_, more, statusCode) => {
    const body = JSON.stringify({ alerts: [], note: 'ü' });
    const { post } = setUp({ maxBodyBytes: Buffer.byteLength(body) - more });
    expect((await post(webhookRequest(body))).statusCode).toBe(statusCode);
  });

  it.each([
    ['{"alerts":', ''],
    ['', ''],
    ['null', ''],
    ['[]', ''],
    ['{}', 'alerts'],
    ['{"alerts":{}}', 'alerts'],
    ['{"alerts":null}', 'alerts'],
  ])('is refused with 400 and the path of what is wrong: %s', async (body, path) => {
    const { post } = setUp();
    const { statusCode, answer } = await post(webhookRequest(body));
    expect(statusCode).toBe(400);
    expect(answer).toEqual({ error: expect.stringMatching(/./), path });
  });

  it('leaves one line in the log that says why', async () => {
    const { post, log } = setUp();
    await post(webhookRequest('{}'));
    expect(log.of('webhook-refused')).toMatchObject([{ status: 400, path: 'alerts' }]);
  });
});

describe('when the tokens are rotated', () => {
  it('takes the new and the old one, and none besides', async () => {
    const { post } = setUp({ tokens: async () => ['new-token-of-alertmanager', TOKEN] });
    const codes = [];
    for (const token of ['new-token-of-alertmanager', TOKEN, 'a-third-token']) {
      const event = webhookRequest({ alerts: [] }, { headers: { authorization: `Bearer ${token}` } });
      codes.push((await post(event)).statusCode);
    }
    expect(codes).toEqual([200, 200, 401]);
  });

  it('answers 503, not 401, when they cannot be read', async () => {
    const failure = new RestitchError('configuration', 'throttled', { retryable: true });
    const { post } = setUp({ tokens: () => Promise.reject(failure) });
    expect((await post(webhookRequest({ alerts: [] }))).statusCode).toBe(503);
  });
});

describe('when the queue is down', () => {
  it('answers 503, and the resend is not lost', async () => {
    const { post, queue } = setUp();
    queue.faults.next('send', 'refused');
    const first = await post(webhookRequest({ alerts: [rawAlert(), 'nonsense'] }));
    expect(first).toMatchObject({ statusCode: 503, headers: { 'retry-after': '10' } });
    expect(first.answer).toMatchObject({ received: 2, outcomes: { 'not-queued': 1, malformed: 1 } });
    expect((await post(webhookRequest({ alerts: [rawAlert(), 'nonsense'] }))).statusCode).toBe(200);
    expect(queue.sent).toHaveLength(1);
  });

  it('answers 503 when only one alert did not get in', async () => {
    const { post, queue, log } = setUp();
    queue.rejectNext(({ fingerprint }) => fingerprint === 'b');
    const alerts = [rawAlert(), rawAlert({ fingerprint: 'b' })];
    const { statusCode, answer } = await post(webhookRequest({ alerts }));
    expect(statusCode).toBe(503);
    expect(answer.outcomes).toEqual({ queued: 1, 'not-queued': 1 });
    expect(log.of('alert-not-queued')).toMatchObject([{ fingerprint: 'b', node: 'gpu-1' }]);
  });
});

describe('the figures of webhooks', () => {
  it('count what became of each alert, and name no cluster that is not ours', async () => {
    const { post, queue, metrics } = setUp();
    queue.rejectNext(({ fingerprint }) => fingerprint === 'b');
    const foreign = rawAlert({ labels: { cluster: 'lab-2', node: 'gpu-1' } });
    const alerts = [rawAlert(), rawAlert({ fingerprint: 'b' }), rawAlert({ fingerprint: 'c' }), 'nonsense', foreign];
    await post(webhookRequest({ alerts }));
    expect(metrics.written.map(({ metric, value, by }) => [metric, value, by])).toEqual([
      ['QueuedAlerts', 2, { Cluster: 'lab-1' }],
      ['UnqueuedAlerts', 1, { Cluster: 'lab-1' }],
      ['RefusedAlerts', 1, { Reason: 'malformed' }],
      ['RefusedAlerts', 1, { Reason: 'unknown-cluster' }],
    ]);
    expect(outsideOfList(metrics.written)).toEqual([]);
  });

  it('count requests that are refused as a whole, by the reason', async () => {
    const { post, metrics } = setUp({ maxBodyBytes: 20 });
    const event = webhookRequest('{}');
    await post({ ...event, headers: {} });
    await post(webhookRequest('{}', { method: 'GET' }));
    await post(event);
    await post(webhookRequest({ alerts: [rawAlert()] }));
    expect(metrics.written.map(({ metric, by }) => [metric, by.Reason])).toEqual([
      ['RefusedWebhooks', 'token'],
      ['RefusedWebhooks', 'method'],
      ['RefusedWebhooks', 'not-a-webhook'],
      ['RefusedWebhooks', 'too-large'],
    ]);
    expect(outsideOfList(metrics.written)).toEqual([]);
  });
});
