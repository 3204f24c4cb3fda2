import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, and ends at once with the signal. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    // The caller sees it on the signal.
    if (!signal.aborted) throw error;
  }
}
