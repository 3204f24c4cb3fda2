import { type Logger, LogLevel, WebClient } from '@slack/web-api';
import type { Log } from '../../core/log.ts';

/** The library's defaults are ten retries in about half an hour, and no timeout. */
const RETRIES = 2;
const TIMEOUT_MS = 10_000;

export interface SlackClientOptions {
  /** The base URL of the Web API; undefined: Slack's own. */
  readonly apiUrl: string | undefined;
  readonly log: Log;
}

/** The client for Slack's Web API, deployed and local: finite retries, a timeout for each request, and our log. */
export function createSlackClient(token: string, { apiUrl, log }: SlackClientOptions): WebClient {
  return new WebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/` }),
    retryConfig: { retries: RETRIES },
    timeout: TIMEOUT_MS,
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
