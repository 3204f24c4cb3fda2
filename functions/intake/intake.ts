import { Webhook } from '../../core/alert/webhook.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import type { WorkQueue } from '../../core/alert/work-queue.ts';
import type { Log } from '../../core/log.ts';
import { type AlertFate, intakeMeasurements } from '../../core/metrics/intake-measurements.ts';
import type { Metrics } from '../../core/metrics/measurement.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import { shorten } from '../../core/shorten.ts';
import { bodyOf, type HttpEvent, type HttpResponse, headerOf, json } from '../http-event.ts';
import { bearerAllowed } from './bearer.ts';
import { type AlertReading, type AlertRules, readAlert } from './read-alert.ts';

export interface IntakePorts {
  readonly queue: WorkQueue;
  /** The tokens that are valid now: two during a rotation. Throws `RestitchError` when they cannot be read. */
  readonly tokens: () => Promise<readonly string[]>;
  readonly clock: () => number;
  readonly log: Log;
  /** Absent: nobody reads figures. */
  readonly metrics?: Metrics;
}

export interface IntakeSettings extends AlertRules {
  readonly maxBodyBytes: number;
}

/** Why a request is refused as a whole. */
type RefusedBecause = 'method' | 'tokens-unreadable' | 'token' | 'too-large' | 'not-a-webhook';

/** For other senders: Alertmanager ignores Retry-After and has a back-off of its own. */
const RETRY_AFTER = { 'retry-after': '10' };

/**
 * Receives a webhook. Answers 2xx only when every alert is in the queue or has a recorded reason not to be; otherwise 5xx, so that
 * Alertmanager sends the whole group again. The counts in the answer add up to the number of alerts received.
 */
export async function intake(event: HttpEvent, ports: IntakePorts, settings: IntakeSettings): Promise<HttpResponse> {
  const refuse = (
    because: RefusedBecause,
    status: number,
    body: { readonly error: string },
    headers?: Readonly<Record<string, string>>,
  ) => {
    ports.log.warn('webhook-refused', { status, because, ...body });
    ports.metrics?.write([{ metric: 'RefusedWebhooks', value: 1, by: { Reason: because } }], ports.clock());
    return json(status, body, headers);
  };
  const { method } = event.requestContext.http;
  if (method !== 'POST') return refuse('method', 405, { error: 'only POST' }, { allow: 'POST' });
  const tokens = await validTokens(ports);
  if (tokens === undefined)
    return refuse('tokens-unreadable', 503, { error: 'tokens cannot be read now' }, RETRY_AFTER);
  if (!bearerAllowed(headerOf(event, 'authorization'), tokens)) {
    return refuse('token', 401, { error: 'a valid bearer token is needed' }, { 'www-authenticate': 'Bearer' });
  }
  const body = bodyOf(event);
  if (body.byteLength > settings.maxBodyBytes) {
    // After a 5xx Alertmanager tries again, and gets in when the group has become smaller.
    const error = `body is larger than ${settings.maxBodyBytes} bytes: set max_alerts`;
    return refuse('too-large', 503, { error }, RETRY_AFTER);
  }
  const webhook = parseBody(body);
  return 'error' in webhook ? refuse('not-a-webhook', 400, webhook) : take(webhook, ports, settings);
}

async function validTokens({ tokens, log }: IntakePorts): Promise<readonly string[] | undefined> {
  try {
    return await tokens();
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    log.error('tokens-unreadable', { reason: error.message });
    return undefined;
  }
}

function parseBody(body: Buffer): Webhook | { readonly error: string; readonly path: string } {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    return { error: shorten(error instanceof Error ? error.message : 'not JSON'), path: '' };
  }
  const result = Webhook.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return { error: issue?.message ?? 'not an Alertmanager webhook', path: issue?.path.join('.') ?? '' };
}

async function take(webhook: Webhook, ports: IntakePorts, rules: AlertRules): Promise<HttpResponse> {
  const { groupKey, receiver, truncatedAlerts: truncated } = webhook;
  if (truncated > 0) ports.log.warn('webhook-truncated', { hidden: truncated, groupKey, receiver });
  const now = ports.clock();
  const readings = webhook.alerts.map((raw, index) => readAlert(raw, index, rules, now));
  const items = readings.flatMap((reading) => (reading.type === 'item' ? [reading.item] : []));
  const rejected = new Set(await enqueue(items, ports));
  const outcomes = readings.map((reading) => recordOutcome(reading, rejected, ports.log));
  ports.metrics?.write(intakeMeasurements(readings.map((reading) => fateOf(reading, rejected))), now, { groupKey });
  const answer = { received: outcomes.length, outcomes: count(outcomes), truncated };
  if (rejected.size === 0) return json(200, answer);
  return json(503, { error: `${rejected.size} of ${items.length} alerts could not be queued`, ...answer }, RETRY_AFTER);
}

/** Returns the items that were not stored. After an error it returns all of them: the queue drops those that it has. */
async function enqueue(items: readonly WorkItem[], { queue, log }: IntakePorts): Promise<readonly WorkItem[]> {
  try {
    return await queue.send(items);
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    log.error('queue-down', { reason: error.message });
    return items;
  }
}

/** Logs what became of an alert, and returns it as one word. */
function recordOutcome(reading: AlertReading, rejected: ReadonlySet<WorkItem>, log: Log): string {
  if (reading.type === 'refused') {
    log.warn('alert-refused', { reason: reading.reason, ...reading.about });
    return reading.reason;
  }
  const { target, fingerprint, status, hypothesis } = reading.item;
  const fields = { ...target, fingerprint, status, hypothesis };
  if (rejected.has(reading.item)) {
    log.error('alert-not-queued', fields);
    return 'not-queued';
  }
  log.info('alert-queued', fields);
  return 'queued';
}

function fateOf(reading: AlertReading, rejected: ReadonlySet<WorkItem>): AlertFate {
  if (reading.type === 'refused') return { type: 'refused', reason: reading.reason };
  const { cluster } = reading.item.target;
  return { type: rejected.has(reading.item) ? 'not-queued' : 'queued', cluster };
}

function count(outcomes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
