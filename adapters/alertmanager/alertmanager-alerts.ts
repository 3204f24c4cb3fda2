import * as z from 'zod';
import type { AlertSource, HeldAlert } from '../../core/alert/alert-source.ts';
import { Alert } from '../../core/alert/webhook.ts';
import { RestitchError } from '../../core/restitch-error.ts';

const TIMEOUT_MS = 10_000;

export interface AlertmanagerOptions {
  /** The base URL, with its path prefix if there is one. */
  readonly url: string;
  /** The name of our receiver in Alertmanager's configuration. */
  readonly receiver: string;
  /** The bearer token; undefined: none is needed. */
  readonly token: (() => Promise<string>) | undefined;
}

/** `GET /api/v2/status`, as far as it is needed. `uptime` is the moment of the start (Alertmanager's openapi.yaml). */
const Status = z.object({ uptime: z.iso.datetime({ offset: true }) });

/** One alert of `GET /api/v2/alerts`. */
const Gettable = z.looseObject({
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()).catch({}),
  startsAt: z.string(),
  fingerprint: z.string(),
  status: z.looseObject({ state: z.string() }),
});

/** Reads the alerts of one receiver from Alertmanager's API v2. An alert that does not parse is left out. */
export function createAlertmanagerSource(options: AlertmanagerOptions): AlertSource {
  return {
    list: async () => {
      const status = Status.safeParse(await get('/api/v2/status', options));
      const listed = z
        .array(z.unknown())
        .safeParse(await get(`/api/v2/alerts?receiver=${encodeURIComponent(options.receiver)}`, options));
      if (!status.success || !listed.success) throw failure('the answer is not of its API v2', false);
      return { upSince: Date.parse(status.data.uptime), alerts: listed.data.flatMap(toHeld) };
    },
  };
}

function toHeld(value: unknown): readonly HeldAlert[] {
  const gettable = Gettable.safeParse(value);
  if (!gettable.success) return [];
  const { labels, annotations, startsAt, fingerprint, status } = gettable.data;
  const raw = { status: 'firing', labels, annotations, startsAt, fingerprint };
  const alert = Alert.safeParse(raw);
  return alert.success ? [{ active: status.state === 'active', raw, fingerprint, startsAt: alert.data.startsAt }] : [];
}

async function get(path: string, { url, token }: AlertmanagerOptions): Promise<unknown> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${await token()}` };
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
      headers,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw failure(`status ${response.status}`, response.status >= 500);
    return await response.json();
  } catch (error) {
    if (error instanceof RestitchError) throw error;
    throw failure(error instanceof Error ? error.message : String(error), true, error);
  }
}

function failure(reason: string, retryable: boolean, cause?: unknown): RestitchError {
  return new RestitchError('alertmanager', `Alertmanager: ${reason}`, { retryable, cause });
}
