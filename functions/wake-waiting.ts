import type { WorkQueue } from '../core/alert/work-queue.ts';
import type { Incident } from '../core/incident/incident.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';
import { wakeItem } from '../core/incident/wake-item.ts';

/** For the person who ended a pause or reset a breaker. Undefined: it is not known how many were woken. */
export function describeWoken(count: number | undefined): string {
  return count === undefined ? 'what waited goes on within a minute' : `incidents that go on now: ${count}`;
}

export interface WakePorts {
  readonly store: IncidentStore;
  readonly queue: WorkQueue;
  readonly clock: () => number;
}

/**
 * Has the incidents that wait for what has just ended looked at again at once, through the queue. Sweep finds those that this
 * misses. Returns how many. Throws `RestitchError` (codes `store`, `queue`).
 */
export async function wakeWaiting(
  { store, queue, clock }: WakePorts,
  waits: (incident: Incident) => boolean,
): Promise<number> {
  const waiting = (await store.listOpen()).filter(waits);
  const items = waiting.flatMap((incident) => wakeItem(incident, clock()) ?? []);
  const rejected = items.length === 0 ? [] : await queue.send(items);
  return items.length - rejected.length;
}
