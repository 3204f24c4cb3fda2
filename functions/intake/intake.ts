import { hypothesize } from '../../core/alert/hypothesize.ts';
import { resolveTarget, type TargetRules } from '../../core/alert/resolve-target.ts';
import { Alert, Webhook } from '../../core/alert/webhook.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import type { WorkQueue } from '../../core/alert/work-queue.ts';
import type { Log } from '../../core/log.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { bodyOf, type HttpEvent, type HttpResponse, headerOf, json } from '../http-event.ts';
import { bearerAllowed } from './bearer.ts';

export interface IntakePorts {
  readonly queue: WorkQueue;
  /** The tokens that are valid now: two during a rotation. */
  readonly tokens: () => Promise<readonly string[]>;
  readonly clock: () => number;
  readonly log: Log;
}

export interface IntakeSettings {
  readonly rules: TargetRules;
  readonly maxBodyBytes: number;
}

type Outcome =
  | { readonly type: 'item'; readonly item: WorkItem }
  | { readonly type: 'refused'; readonly reason: string };

/**
 * Takes a webhook in. 2xx only when every alert is in the queue or has a recorded reason not to be; otherwise 5xx, so that
 * Alertmanager sends the whole group again. The counts in the answer add up to the number of alerts received.
 */
export async function intake(event: HttpEvent, ports: IntakePorts, settings: IntakeSettings): Promise<HttpResponse> {
  if (event.requestContext.http.method !== 'POST') return json(405, { error: 'only POST' }, { allow: 'POST' });
  if (!bearerAllowed(headerOf(event, 'authorization'), await ports.tokens())) {
    ports.log.warn('webhook-refused', { reason: 'bearer token' });
    return json(401, { error: 'a valid bearer token is needed' }, { 'www-authenticate': 'Bearer' });
  }
  const body = bodyOf(event);
  if (body.byteLength > settings.maxBodyBytes) {
    return json(413, { error: `body is larger than ${settings.maxBodyBytes} bytes` });
  }
  const webhook = parseBody(body);
  if ('error' in webhook) return json(400, webhook);
  const outcomes = webhook.alerts.map((raw, index) => toOutcome(raw, index, ports, settings));
  const items = outcomes.flatMap((outcome) => (outcome.type === 'item' ? [outcome.item] : []));
  const lost = await enqueue(items, ports);
  if (lost > 0)
    return json(503, { error: `${lost} of ${items.length} alerts could not be queued` }, { 'retry-after': '10' });
  if (webhook.truncatedAlerts > 0) ports.log.warn('webhook-truncated', { hidden: webhook.truncatedAlerts });
  return json(200, { received: outcomes.length, outcomes: count(outcomes), truncated: webhook.truncatedAlerts });
}

function parseBody(body: Buffer): Webhook | { readonly error: string; readonly path: string } {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'not JSON', path: '' };
  }
  const result = Webhook.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return { error: issue?.message ?? 'not an Alertmanager webhook', path: issue?.path.join('.') ?? '' };
}

function toOutcome(raw: unknown, index: number, { clock, log }: IntakePorts, { rules }: IntakeSettings): Outcome {
  const alert = Alert.safeParse(raw);
  if (!alert.success) {
    const [issue] = alert.error.issues;
    const path = ['alerts', index, ...(issue?.path ?? [])].join('.');
    log.warn('alert-refused', { reason: 'malformed', path, why: issue?.message });
    return { type: 'refused', reason: 'malformed' };
  }
  const { labels, annotations, fingerprint, status, startsAt } = alert.data;
  const resolution = resolveTarget(labels, rules);
  if (resolution.type === 'refused') {
    log.warn('alert-refused', { reason: resolution.reason, fingerprint, alertname: labels['alertname'] });
    return resolution;
  }
  const item: WorkItem = {
    schema: 'restitch/work-item/1',
    target: resolution.target,
    fingerprint,
    status,
    startsAt,
    alertname: (labels['alertname'] ?? 'unnamed').slice(0, 200),
    severity: labels['severity']?.slice(0, 50) ?? null,
    summary: annotations['summary']?.slice(0, 500) ?? null,
    hypothesis: hypothesize(labels),
    receivedAt: clock(),
  };
  log.info('alert-accepted', { ...item.target, fingerprint, status, hypothesis: item.hypothesis });
  return { type: 'item', item };
}

/** How many items are not durable. */
async function enqueue(items: readonly WorkItem[], { queue, log }: IntakePorts): Promise<number> {
  try {
    const rejected = await queue.send(items);
    if (rejected.length > 0) log.error('queue-rejected', { rejected: rejected.length });
    return rejected.length;
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    log.error('queue-down', { reason: error.message });
    return items.length;
  }
}

function count(outcomes: readonly Outcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const key = outcome.type === 'item' ? 'queued' : outcome.reason;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
