import type { Log } from '../../core/log.ts';

/** Slack waits 3 s for the answer to a click; telling the person may take one of them. */
const TIMEOUT_MS = 1_000;

/** An ephemeral answer to one click through its `response_url`. A failure is only logged: the click stays refused. */
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
