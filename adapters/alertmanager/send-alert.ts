import * as z from 'zod';
import type { SyntheticAlert } from '../../core/alert/synthetic-alert.ts';
import { RestitchError } from '../../core/restitch-error.ts';

const TIMEOUT_MS = 10_000;

/** Posts an alert to Alertmanager's API v2. It resolves by itself at `endsAt` (epoch milliseconds). Throws `RestitchError`. */
export async function sendToAlertmanager(url: string, alert: SyntheticAlert, endsAt: number): Promise<void> {
  const { labels, annotations, startsAt } = alert;
  const body = [{ labels, annotations, startsAt: timeOf(startsAt), endsAt: timeOf(endsAt) }];
  await post(`${url.replace(/\/+$/, '')}/api/v2/alerts`, body, undefined);
}

const Answer = z.object({ outcomes: z.record(z.string(), z.number()) });

/** Posts the webhook that Alertmanager would send. `endsAt` null: it fires. Throws `RestitchError`, also for an alert that is not taken. */
export async function sendToIntake(
  { url, token }: { readonly url: string; readonly token: string },
  { labels, annotations, startsAt, fingerprint }: SyntheticAlert,
  endsAt: number | null,
): Promise<void> {
  const status = endsAt === null ? 'firing' : 'resolved';
  const ends = endsAt === null ? '0001-01-01T00:00:00Z' : timeOf(endsAt);
  const alert = { status, labels, annotations, startsAt: timeOf(startsAt), endsAt: ends, fingerprint };
  const body = { version: '4', receiver: 'restitch', status, truncatedAlerts: 0, alerts: [alert] };
  const answer = Answer.safeParse(await post(url, body, token));
  if (!answer.success) throw failure(`${url} does not answer as Restitch’s intake does`, false);
  const [outcome = 'no outcome'] = Object.keys(answer.data.outcomes);
  if (outcome === 'queued') return;
  const why = outcome === 'unknown-cluster' ? `, its CLUSTERS do not have ${labels['cluster'] ?? ''}` : '';
  throw failure(`intake did not take the alert: ${outcome}${why}`, false);
}

async function post(url: string, body: unknown, token: string | undefined): Promise<unknown> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw failure(`${url} answered ${response.status}`, response.status >= 500);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof RestitchError) throw error;
    throw failure(`${url}: ${error instanceof Error ? error.message : String(error)}`, true, error);
  }
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}

function failure(reason: string, retryable: boolean, cause?: unknown): RestitchError {
  return new RestitchError('alertmanager', reason, { retryable, cause });
}
