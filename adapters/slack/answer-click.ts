import type { Log } from '../../core/log.ts';
import type { SlackMessage } from './block-kit.ts';

/** Slack waits 3 s for the answer to a click; telling the person may take one of them. */
const TIMEOUT_MS = 1_000;
/** Where Slack's `response_url` lives: the commercial and the government cloud. */
const SLACK_HOOKS = ['https://hooks.slack.com', 'https://hooks.slack-gov.com'];

export interface ClickAnswer extends Pick<SlackMessage, 'text'>, Partial<Pick<SlackMessage, 'blocks'>> {
  /** Takes the place of the message with the button: only for one that nobody else sees. */
  readonly replace?: boolean;
}

/** Shows something to the person who clicked, and to nobody else. Ends in time and never rejects: a failure is only logged. */
export type AnswerClick = (responseUrl: string, answer: ClickAnswer) => Promise<void>;

/**
 * Answers through the click's `response_url`, which needs no token. `apiUrl`: another Slack's, which counts beside the real one; the
 * `response_url` must lie there.
 */
export function createClickAnswer(log: Log, apiUrl: string | undefined): AnswerClick {
  const origins = [...SLACK_HOOKS, ...(apiUrl === undefined ? [] : [new URL(apiUrl).origin])];
  return async (responseUrl, { text, blocks, replace = false }) => {
    if (!origins.includes(originOf(responseUrl)))
      return log.warn('clicker-not-told', { reason: 'not an address of Slack' });
    try {
      const response = await fetch(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ response_type: 'ephemeral', replace_original: replace, text, blocks }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) log.warn('clicker-not-told', { reason: `status ${response.status}` });
    } catch (error) {
      log.warn('clicker-not-told', { reason: String(error) });
    }
  };
}

/** Empty where it is no address at all. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
