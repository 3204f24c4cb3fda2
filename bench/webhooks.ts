import { createHash } from 'node:crypto';

interface Answer {
  readonly outcomes?: Readonly<Record<string, number>>;
}

export async function postWebhook(url: string, token: string, body: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  const said: Answer = JSON.parse(await answer.text());
  return said;
}

/** Each alert is of another node, so that none waits for another in the queue. */
export function alertOf(node: string) {
  const labels = { alertname: 'OverlayPathDown', cluster: 'lab', node, severity: 'critical' };
  return {
    status: 'firing',
    labels,
    annotations: { summary: 'pods of the node cannot be reached' },
    startsAt: new Date().toISOString(),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example/graph',
    fingerprint: createHash('sha256').update(node).digest('hex').slice(0, 16),
  };
}

export function webhookOf(alerts: readonly object[]): string {
  const common = { version: '4', receiver: 'restitch', status: 'firing', groupKey: '{}', truncatedAlerts: 0 };
  return JSON.stringify({
    ...common,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: '',
    alerts,
  });
}
