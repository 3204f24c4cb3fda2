import type { Log } from '../../core/log.ts';

/** Slack wants its answer within 3 s; what the person reads beside it may take one of them. */
const TIMEOUT_MS = 1_000;

/** An ephemeral answer to one click through its `response_url`. A failure is logged: the click was refused all the same. */
export function createClickerAnswer(log: Log): (responseUrl: string, text: string) => Promise<void> {
  return async (responseUrl, text) => {
    try {
      await fetch(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      log.warn('clicker-not-told', { reason: String(error) });
    }
  };
}
