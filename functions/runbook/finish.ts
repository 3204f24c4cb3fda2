import type { Incident, IncidentAlert, IncidentOutcome, WaitsFor } from '../../core/incident/incident.ts';
import { isFreedWith } from '../../core/safety/reserve-capacity.ts';
import { freeSlots, giveBack, releaseNode } from './claims.ts';
import { newsSince, owned, ownIn, ownIncident } from './own-incident.ts';
import { effect, type OwnIncident, type Run, record, recordAnd } from './run.ts';
import { withdrawEvery } from './withdraw-approval.ts';

/** The result of the durable execution, kept in the engine's history. `superseded`: a later run has the incident. */
export interface RunSummary {
  readonly incidentId: string;
  readonly outcome: IncidentOutcome | 'at-rest' | 'superseded';
}

/** How an incident is to end. */
export interface Ending {
  readonly outcome: IncidentOutcome;
  readonly why: string;
  /** The node to give back; undefined: there is none. */
  readonly node: string | undefined;
  /** The alerts as they were read before the last look. */
  readonly seen: readonly IncidentAlert[];
  readonly duplicateOf?: string;
}

export type Closing =
  | { readonly type: 'closed'; readonly summary: RunSummary }
  /** An alert came after the last look: nothing is known about it, and the incident stays open. */
  | { readonly type: 'news' };

/**
 * Closes the incident for good, unless an alert came after the last look. Release comes first, so that a crash leaves an open
 * incident rather than a lost claim. The end is one compare-and-set on the alerts. Where one comes just before it, the line
 * about the end stands in the receipt, the incident stays open, and the next line says so.
 */
export async function close(run: Run, incident: Incident, ending: Ending): Promise<Closing> {
  const { outcome, why, node, seen, duplicateOf } = ending;
  const { alerts, claimed, holdsSlots } = await readBeforeEnd(run);
  const early = newsSince(seen, alerts);
  if (early !== undefined) return notClosed(run, early);
  await withdrawEvery(run);
  if (node !== undefined && claimed) await releaseNode(run, incident, node);
  if (holdsSlots) await freeSlots(run, incident);
  const closedAt = await effect(run, 'clock', async () => run.ports.clock());
  const closed = { phase: 'closed' as const, outcome, closedAt, pending: null };
  const late = await recordAnd(
    run,
    [{ event: 'closed', summary: `closed: ${outcome}, ${why}`, detail: { outcome } }],
    (latest) =>
      newsSince(seen, latest.alerts) === undefined
        ? { ...latest, ...(duplicateOf === undefined ? {} : { duplicateOf }), ...closed }
        : latest,
    (stored) => newsInsteadOfEnd(stored, seen),
  );
  return late === null
    ? { type: 'closed', summary: { incidentId: incident.incidentId, outcome } }
    : notClosed(run, late);
}

/** The incident as `ownIncident` has it, and whether it has a place in the disruption budget. */
async function readBeforeEnd(run: Run): Promise<OwnIncident & { readonly holdsSlots: boolean }> {
  const { incidentId } = run.input;
  const { own, holdsSlots } = await effect(run, 'read incident', async () => {
    const { store, capacity } = run.ports;
    const [incident, slots] = await Promise.all([store.get(incidentId), capacity.read()]);
    return { own: ownIn(run, incident), holdsSlots: slots.some((slot) => isFreedWith(incidentId, slot)) };
  });
  return { ...owned(run, own), holdsSlots };
}

/** The alert for which the record was not closed; null: it was. */
function newsInsteadOfEnd(stored: Incident | undefined, seen: readonly IncidentAlert[]): IncidentAlert | null {
  if (stored === undefined || stored.phase === 'closed') return null;
  return newsSince(seen, stored.alerts) ?? null;
}

async function notClosed(run: Run, { alertname }: IncidentAlert): Promise<Closing> {
  await record(run, { event: 'verification', summary: `not closed: ${alertname} came after the last look` });
  return { type: 'news' };
}

/**
 * Calls a person. The incident stays open: the next signal or sweep looks again. A node that was only claimed for a repair is
 * given back, because nothing of ours is at work on it any more; a quarantined one is kept. `waitsFor`: it goes on at once when
 * that has ended.
 */
export async function handOver(
  run: Run,
  incident: Incident,
  node: string | undefined,
  why: string,
  waitsFor?: WaitsFor,
): Promise<RunSummary> {
  await ownIncident(run);
  await withdrawEvery(run);
  if (node !== undefined) await giveBack(run, incident, node);
  await record(
    run,
    { event: 'handed-over', summary: `handed over to a person: ${why}` },
    ({ waitsFor: _, ...latest }) => ({
      ...latest,
      phase: 'handed-over',
      ...(waitsFor === undefined ? {} : { waitsFor }),
      pending: null,
    }),
  );
  return { incidentId: incident.incidentId, outcome: 'at-rest' };
}
