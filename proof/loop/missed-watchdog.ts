import { setTimeout as sleep } from 'node:timers/promises';
import { createAlertmanagerSource } from '../../adapters/alertmanager/alertmanager-alerts.ts';
import { nameHeld } from './loop-fault.ts';
import type { Watchdogs } from './run-watchdogs.ts';

const POLL_MS = 1_000;
const MOST_SECONDS = 1_200;

/** Stops one host's watchdog and waits until people are told. Seconds; null: they never were. */
export async function missedAfter(
  alertmanagerUrl: string,
  watchdogs: Watchdogs,
  host: string,
  signal: AbortSignal,
): Promise<number | null> {
  const people = createAlertmanagerSource({ url: alertmanagerUrl, receiver: 'people', token: undefined });
  const since = Date.now();
  const after = () => (Date.now() - since) / 1_000;
  watchdogs.silence(host);
  while (after() < MOST_SECONDS && !signal.aborted) {
    await sleep(POLL_MS);
    const { alerts } = await people.list();
    if (alerts.some((alert) => alert.active && nameHeld(alert) === `WatchdogSilent@${host}`)) return after();
  }
  return null;
}
