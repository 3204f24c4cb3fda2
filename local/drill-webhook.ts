import type { Fault } from '../lab/fault.ts';
import type { Runtime } from './runtime.ts';

/** A webhook as Alertmanager 0.25 sends it (fields and their order from a recorded one). `startedAt`: epoch ms. */
export function drillWebhook(fault: Fault, startedAt: number, status: 'firing' | 'resolved'): unknown {
  const labels = {
    alertname: fault.alert,
    cluster: 'lab',
    node: fault.alertingNode,
    severity: 'critical',
  };
  const annotations = { summary: `${fault.alert} on ${fault.alertingNode}` };
  return {
    receiver: 'restitch',
    status,
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: new Date(startedAt).toISOString(),
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date().toISOString(),
        generatorURL: 'http://prometheus.example:9090/graph',
        fingerprint: startedAt.toString(16).padStart(16, '0'),
      },
    ],
    groupLabels: { cluster: 'lab', node: fault.alertingNode },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example:9093',
    version: '4',
    groupKey: `{}:{cluster="lab", node="${fault.alertingNode}"}`,
    truncatedAlerts: 0,
  };
}

export async function postWebhook({ webhookUrl, token }: Runtime, webhook: unknown): Promise<void> {
  const response = await fetch(webhookUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(webhook),
  });
  if (!response.ok) throw new Error(`the webhook answered ${response.status}: ${await response.text()}`);
}
