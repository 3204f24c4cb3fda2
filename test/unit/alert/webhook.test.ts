import { describe, expect, it } from 'vitest';
import { Alert, Webhook } from '../../../core/alert/webhook.ts';

const alert = {
  status: 'firing',
  labels: { alertname: 'A' },
  annotations: {},
  startsAt: '2026-11-21T00:02:41.912Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example',
  fingerprint: '760a7c34fa5ce8f7',
};

describe('an alert of a webhook', () => {
  it.each([
    ['2026-11-21T00:02:41Z', '2026-11-21T00:02:41.000Z'],
    ['2026-11-21T00:02:41.9Z', '2026-11-21T00:02:41.900Z'],
    ['2026-11-21T00:02:41.912345678Z', '2026-11-21T00:02:41.912Z'],
    ['2026-11-21T01:02:41.912345678+01:00', '2026-11-21T00:02:41.912Z'],
  ])('starts at %s as epoch milliseconds', (startsAt, expected) => {
    expect(Alert.parse({ ...alert, startsAt }).startsAt).toBe(Date.parse(expected));
  });

  it('keeps unknown fields away and survives odd annotations', () => {
    expect(Alert.parse({ ...alert, annotations: { count: 3 }, notification_reason: 'new' })).toEqual({
      status: 'firing',
      labels: { alertname: 'A' },
      annotations: {},
      startsAt: Date.parse(alert.startsAt),
      fingerprint: alert.fingerprint,
    });
  });

  it.each([
    ['status', 'pending'],
    ['labels', { node: 1 }],
    ['labels', null],
    ['startsAt', 'yesterday'],
    ['startsAt', '2026-13-45T00:00:00Z'],
    ['startsAt', 1_700_000_000],
    ['fingerprint', ''],
    ['fingerprint', 'x'.repeat(101)],
  ])('is malformed when %s is %j', (field, value) => {
    const result = Alert.safeParse({ ...alert, [field]: value });
    expect(result.error?.issues[0]?.path[0]).toBe(field);
  });
});

describe('the envelope of a webhook', () => {
  it('needs nothing but a list of alerts', () => {
    expect(Webhook.parse({ alerts: [1, null] })).toEqual({ truncatedAlerts: 0, alerts: [1, null] });
  });

  it.each([[{ truncatedAlerts: 'many' }], [{ groupKey: 7 }], [{ receiver: null }], [{ version: 5 }]])(
    'is not lost over %j',
    (odd) => {
      expect(Webhook.safeParse({ ...odd, alerts: [] }).success).toBe(true);
    },
  );
});
