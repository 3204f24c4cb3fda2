import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Log } from '../../core/log.ts';

/** The library's defaults are ten retries in about half an hour, and no timeout. */
const RETRIES = 2;
const TIMEOUT_MS = 5_000;
/** Slack's `Retry-After` is waited out up to this time; whoever calls then tries again later. */
const MOST_WAIT_SECONDS = 20;

export interface SlackClientOptions {
  /** The base URL of the Web API; undefined: Slack's own. */
  readonly apiUrl: string | undefined;
  readonly log: Log;
}

/**
 * The client for Slack's Web API, deployed and local: few retries, a timeout for each request, a bounded wait
 * where Slack asks for one, and our log.
 */
export function createSlackClient(token: string, { apiUrl, log }: SlackClientOptions): WebClient {
  return new WebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
    retryConfig: { retries: RETRIES },
    timeout: TIMEOUT_MS,
    fetch: async (input, init) => withBoundedWait(await fetch(input, init)),
    logger: loggerOver(log),
  });
}

/**
 * Reads the token at every call, so that a rotated token is used. Calls with the same token share one client, which
 * keeps Slack's rate limit for all of them. Rejects when the token cannot be read.
 */
export function connectSlack(readToken: () => Promise<string>, options: SlackClientOptions): () => Promise<WebClient> {
  let latest: { readonly token: string; readonly client: WebClient } | undefined;
  return async () => {
    const token = await readToken();
    if (latest?.token !== token) latest = { token, client: createSlackClient(token, options) };
    return latest.client;
  };
}

/** The library waits as long as a rate limit says, which may be longer than a function may run. */
export function withBoundedWait(response: Response): Response {
  if (response.status !== 429) return response;
  const headers = new Headers(response.headers);
  const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10);
  headers.set('retry-after', String(Number.isNaN(seconds) ? 1 : Math.min(seconds, MOST_WAIT_SECONDS)));
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

/** Warnings and errors only: what the library says at lower levels is about single requests. */
function loggerOver(log: Log): Logger {
  const ignored = () => undefined;
  const text = (parts: readonly unknown[]) => parts.map(String).join(' ');
  return {
    debug: ignored,
    info: ignored,
    warn: (...parts) => log.warn('slack-client', { reason: text(parts) }),
    error: (...parts) => log.error('slack-client', { reason: text(parts) }),
    setLevel: ignored,
    getLevel: () => LogLevel.WARN,
    setName: ignored,
  };
}
