import type { Fault } from '../lab/fault.ts';
import type { Runtime } from './runtime.ts';

/** An alert about a node of the lab. `startsAt`: epoch ms. */
export interface DrillAlert {
  readonly alertname: string;
  readonly node: string;
  readonly startsAt: number;
  readonly fingerprint: string;
}

/** The alert of a drill that began at `startedAt` (epoch ms). */
export function drillWebhook(fault: Fault, startedAt: number, status: 'firing' | 'resolved'): unknown {
  const fingerprint = startedAt.toString(16).padStart(16, '0');
  return webhookOf({ alertname: fault.alert, node: fault.alertingNode, startsAt: startedAt, fingerprint }, status);
}

/** A webhook as Alertmanager 0.25 sends it (fields and their order from a recorded one). */
export function webhookOf(
  { alertname, node, startsAt, fingerprint }: DrillAlert,
  status: 'firing' | 'resolved',
): unknown {
  const labels = { alertname, cluster: 'lab', node, severity: 'critical' };
  const annotations = { summary: `${alertname} on ${node}` };
  return {
    receiver: 'restitch',
    status,
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: new Date(startsAt).toISOString(),
        endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date().toISOString(),
        generatorURL: 'http://prometheus.example:9090/graph',
        fingerprint,
      },
    ],
    groupLabels: { cluster: 'lab', node },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: 'http://alertmanager.example:9093',
    version: '4',
    groupKey: `{}:{cluster="lab", node="${node}"}`,
    truncatedAlerts: 0,
  };
}

export async function postWebhook(
  { webhookUrl, token }: Pick<Runtime, 'webhookUrl' | 'token'>,
  webhook: unknown,
): Promise<void> {
  const response = await fetch(webhookUrl, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(webhook),
  });
  if (!response.ok) throw new Error(`the webhook answered ${response.status}: ${await response.text()}`);
}
