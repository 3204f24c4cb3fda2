import { type Check, failed, look, notChecked, ok } from './check.ts';

const TIMEOUT_MS = 10_000;
const MEND = 'see that the address is reached from here';

/** The webhook answers, and lets nobody in without a token. Nothing is posted that could count. */
export async function webhookCheck(url: string | undefined): Promise<Check> {
  if (url === undefined) return { area: 'webhook', subject: 'address', ...notChecked('its address is not known') };
  return look('webhook', url, MEND, async () => {
    const { status } = await fetch(url, { method: 'POST', body: '{}', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (status === 401) return ok('answers, and refuses a caller without a token');
    return failed(`answers ${status} to a caller without a token, instead of 401`, 'look at the logs of intake');
  });
}
