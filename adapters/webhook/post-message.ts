import { RestitchError } from '../../core/restitch-error.ts';
import { signMessage } from './standard-webhook.ts';
import type { WebhookKeys } from './webhook-keys.ts';

export interface PostOptions {
  readonly url: string;
  readonly readKeys: () => Promise<WebhookKeys>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Posts a message until it is taken. Throws `RestitchError` (code `webhook`); not retryable: it will never be taken. */
export type PostMessage = (id: string, body: string) => Promise<void>;

const TIMEOUT_MS = 5_000;
const ATTEMPTS = 3;
const PAUSE_MS = 1_000;
/** What `Retry-After` asks for is waited out up to this time; whoever calls then tries again later. */
const MOST_WAIT_SECONDS = 20;
/** Answers about this one message: sent again it would be refused again. Every other one may pass, or be put right by a person. */
const aboutTheMessage = [400, 413, 415, 422];

/** Posts signed messages as Standard Webhooks does. The timestamp is that of the attempt, the id that of the message. */
export function createPostMessage({ url, readKeys, clock, sleep }: PostOptions): PostMessage {
  const attempt = async (id: string, rawBody: Buffer): Promise<Answer> => {
    const timestamp = String(Math.floor(clock() / 1_000));
    const signature = signMessage(await readKeys(), { id, timestamp, rawBody });
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'restitch',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': signature,
        },
        body: new Uint8Array(rawBody),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      // What it says is of no use, and may be long.
      await response.body?.cancel();
      return { status: response.status, retryAfter: response.headers.get('retry-after') };
    } catch (error) {
      return { status: null, why: error instanceof Error ? error.message : String(error), retryAfter: null };
    }
  };
  return async (id, body) => {
    const rawBody = Buffer.from(body);
    for (let count = 1; ; count++) {
      const answer = await attempt(id, rawBody);
      if (answer.status !== null && answer.status >= 200 && answer.status < 300) return;
      const retryable = answer.status === null || !aboutTheMessage.includes(answer.status);
      if (!retryable || count === ATTEMPTS)
        throw new RestitchError('webhook', `the approval webhook: ${answer.why ?? `status ${answer.status}`}`, {
          retryable,
        });
      await sleep(pauseBefore(count, answer.retryAfter));
    }
  };
}

interface Answer {
  /** Null: none came. */
  readonly status: number | null;
  readonly why?: string;
  readonly retryAfter: string | null;
}

/** In seconds or as a date (RFC 9110, 10.2.3); a date is answered with the ordinary pause. */
function pauseBefore(count: number, retryAfter: string | null): number {
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? Math.min(Number(retryAfter), MOST_WAIT_SECONDS) : 0;
  return Math.max(seconds * 1_000, PAUSE_MS * count);
}
