import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident } from '../core/incident/incident.ts';
import type { Fleet } from '../lab/fleet.ts';
import { postWebhook, webhookOf } from './drill-webhook.ts';
import type { Runtime } from './runtime.ts';

const POLL_MS = 200;
const MOST_SECONDS = 180;

/**
 * A drill that was broken off leaves its incident open, and the next drill's alert would only be added to it. So the fleet is put in
 * order, its alerts are resolved, and their incidents end. Returns what is still open after three minutes, or when it was stopped.
 */
export async function endEarlierDrill(
  runtime: Pick<Runtime, 'webhookUrl' | 'token' | 'store'>,
  fleet: Fleet,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<readonly Incident[]> {
  const { store } = runtime;
  const open = await store.listOpen();
  if (open.length === 0) return [];
  say(`an earlier drill was broken off, its incident is open: ${open.map(({ incidentId }) => incidentId).join(', ')}`);
  await fleet.clear();
  for (const webhook of open.flatMap(resolvedAlerts)) await postWebhook(runtime, webhook);
  say('the fleet is in order again, and its alerts are resolved');
  const deadline = Date.now() + MOST_SECONDS * 1_000;
  for (;;) {
    const left = await store.listOpen();
    if (left.length === 0) say('its incident has ended');
    if (left.length === 0 || signal.aborted || Date.now() >= deadline) return left;
    await sleep(POLL_MS);
  }
}

/** An incident of what several nodes share has no alert of its own: it ends with them. */
function resolvedAlerts({ target, shared, alerts }: Incident): readonly unknown[] {
  if (shared !== undefined) return [];
  return alerts.map((alert) => webhookOf({ ...alert, node: target.node }, 'resolved'));
}
