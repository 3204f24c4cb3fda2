import type { HttpEvent } from '../../functions/http-event.ts';

export const TOKEN = 'token-of-alertmanager';

interface RequestParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isBase64Encoded?: boolean;
}

/** A function URL event that carries this body with a valid token. */
export function webhookRequest(body: unknown, parts: RequestParts = {}): HttpEvent {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const isBase64Encoded = parts.isBase64Encoded ?? false;
  return {
    headers: { authorization: `Bearer ${TOKEN}`, ...parts.headers },
    body: isBase64Encoded ? Buffer.from(text).toString('base64') : text,
    isBase64Encoded,
    requestContext: { http: { method: parts.method ?? 'POST' } },
  };
}

/** One alert as Alertmanager sends it, with these parts. */
export function rawAlert(parts: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    status: 'firing',
    labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab-1', node: 'gpu-1', severity: 'critical' },
    annotations: { summary: 'pods of gpu-1 answer nobody' },
    startsAt: '2026-11-21T00:02:41.912Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example/graph',
    fingerprint: '760a7c34fa5ce8f7',
    ...parts,
  };
}
