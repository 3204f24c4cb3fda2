import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER_LABELS, DEFAULT_NODE_LABELS } from '../../../core/alert/resolve-target.ts';
import { WorkItem } from '../../../core/alert/work-item.ts';
import { intake } from '../../../functions/intake/intake.ts';
import { createFakeWorkQueue } from '../../fakes/fake-work-queue.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { rawAlert, TOKEN, webhookRequest } from '../../fakes/webhook-request.ts';
import { recordedText } from '../../fixtures/payloads.ts';

async function post(body: string) {
  const queue = createFakeWorkQueue();
  const log = createRecordingLog();
  const rules = { clusterLabels: DEFAULT_CLUSTER_LABELS, nodeLabels: DEFAULT_NODE_LABELS, defaultCluster: null };
  const ports = { queue, log, clock: () => 1_763_683_500_000, tokens: async () => [TOKEN] };
  const response = await intake(webhookRequest(body), ports, { rules, clusters: ['lab-1'], maxBodyBytes: 1_048_576 });
  return { statusCode: response.statusCode, answer: JSON.parse(response.body), sent: queue.sent, log };
}

const sum = (outcomes: Readonly<Record<string, number>>) => Object.values(outcomes).reduce((a, b) => a + b, 0);

const anyText = fc.string({ unit: 'binary', maxLength: 300 });
const label = fc.oneof(anyText, fc.constantFrom('gpu-1', 'lab-1', '10.0.3.7:9100', '[fd00::1]:9100', ''));
const anyAlert = fc.oneof(
  fc.jsonValue(),
  fc
    .record(
      {
        status: fc.constantFrom('firing', 'resolved', 'other'),
        labels: fc.dictionary(fc.constantFrom('cluster', 'node', 'instance', 'alertname', '__proto__'), label),
        annotations: fc.dictionary(fc.constantFrom('summary', 'constructor'), anyText),
        startsAt: fc.oneof(fc.constant('2026-11-21T00:02:41.912345678Z'), anyText),
        fingerprint: anyText,
      },
      { requiredKeys: [] },
    )
    .map((parts) => rawAlert(parts)),
);

describe('whatever is posted', () => {
  it('is answered 200 or 400, never with a crash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), anyText), async (body) => {
        expect([200, 400]).toContain((await post(body)).statusCode);
      }),
    );
  });

  it('has every alert accounted for, in the answer, in the queue and in the log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAlert, { maxLength: 20 }), async (alerts) => {
        const { statusCode, answer, sent, log } = await post(JSON.stringify({ alerts }));
        expect(statusCode).toBe(200);
        expect(answer.received).toBe(alerts.length);
        expect(sum(answer.outcomes)).toBe(alerts.length);
        expect(sent).toHaveLength(answer.outcomes.queued ?? 0);
        expect(log.of('alert-queued').length + log.of('alert-refused').length).toBe(alerts.length);
      }),
    );
  });

  it('is queued as items that read back as they were, small, and with a target safe to use', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAlert, { maxLength: 20 }), async (alerts) => {
        const { sent } = await post(JSON.stringify({ alerts }));
        for (const item of sent) {
          const text = JSON.stringify(item);
          expect(WorkItem.parse(JSON.parse(text))).toEqual(item);
          expect(Buffer.byteLength(text)).toBeLessThan(10_240);
          expect(text).not.toMatch(/\\ud[89a-f]/);
          expect(item.target.cluster).toMatch(/^[A-Za-z0-9._-]+$/);
          expect(item.target.node).toMatch(/^[a-z0-9.:-]+$/);
        }
      }),
    );
  });

  it('keeps the good alerts of a real webhook when one of them is damaged', async () => {
    const webhook = JSON.parse(recordedText('03'));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 2 }), fc.jsonValue(), async (index, damage) => {
        const alerts = webhook.alerts.with(index, damage);
        const { answer } = await post(JSON.stringify({ ...webhook, alerts }));
        expect(answer.outcomes).toEqual({ queued: 2, malformed: 1 });
      }),
    );
  });
});
