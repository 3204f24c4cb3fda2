import type { Incident } from '../core/incident/incident.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';

/** The incident of a drill. */
export interface DrilledIncident {
  /** Of the node that the alert is about. */
  readonly own: Incident;
  /** The one that did the work: that of the shared fault, where it holds or held the node's. */
  readonly working: Incident;
}

/** Reads both as they are now. `since`: epoch milliseconds; older incidents belong to earlier drills. Undefined: none is open yet. */
export async function readDrilled(
  store: IncidentStore,
  node: string,
  since: number,
): Promise<DrilledIncident | undefined> {
  const own = await store.getLatest({ cluster: 'lab', node });
  if (own === undefined || own.openedAt < since) return undefined;
  const holder = own.heldBy === undefined ? undefined : await store.getLatest(own.heldBy);
  const isOfDrill = holder?.shared !== undefined && holder.openedAt >= since;
  return { own, working: isOfDrill ? holder : own };
}

/** True when nothing more happens by itself: a person was called, or both have ended. */
export function isOver({ own, working }: DrilledIncident): boolean {
  return working.phase === 'handed-over' || own.phase === 'handed-over' || own.phase === 'closed';
}
