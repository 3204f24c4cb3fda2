import { isSameEpisode } from '../../core/incident/attach-alert.ts';
import type { Incident, IncidentAlert } from '../../core/incident/incident.ts';
import { effect, isOf, type OwnIncident, type Remark, type Run, recordAnd } from './run.ts';

/** Thrown where a run finds that its incident is closed, or belongs to a later run: the run must leave at once. */
export class LateRun extends Error {
  override readonly name = 'LateRun';
}

/**
 * The incident as it is now, known before everything that acts, asks or ends it. Throws `LateRun` when this run is not, or is no
 * longer, the one that works on it: its start was delayed, or sweep took it for dead. A record that is gone belongs to nobody.
 */
export async function ownIncident(run: Run): Promise<OwnIncident> {
  const { store } = run.ports;
  return owned(run, await effect(run, 'read incident', async () => ownIn(run, await store.get(run.input.incidentId))));
}

/**
 * Puts remarks on record, changes the incident, and returns it as it is stored then. It is known as surely as if it were read: the
 * write is a compare-and-set. Throws `LateRun` as `ownIncident` does; the remarks are on record even then.
 */
export async function recordOwn(run: Run, remarks: Remarks, change: IncidentChange): Promise<OwnIncident> {
  return owned(run, await recordAnd(run, remarks, change, (stored) => ownIn(run, stored)));
}

/** The same where a late run need not leave at once: it leaves before it acts, asks or ends the incident. */
export async function recordKnown(run: Run, remark: Remark, change: IncidentChange): Promise<void> {
  const own = await recordAnd(run, [remark], change, (stored) => ownIn(run, stored));
  if (own !== null) run.known.own = own;
}

type Remarks = Parameters<typeof recordAnd>[1];
type IncidentChange = (incident: Incident) => Incident;

/** What a run needs of its incident, for a checkpoint; null: it is not this run's. */
export function ownIn(run: Run, incident: Incident | undefined): OwnIncident | null {
  if (incident === undefined || !isOf(run.input, incident)) return null;
  const { alerts, claimed, phase, tried, asked = isAskedByOldVersion(incident) } = incident;
  return { alerts, claimed, phase, tried, asked };
}

/** Version 0.1.0 does not keep it apart. */
function isAskedByOldVersion({ timeline }: Incident): boolean {
  return timeline?.lines.some(({ event }) => event === 'approval-requested') === true;
}

/** Keeps it as the latest that the run knows. */
export function owned(run: Run, own: OwnIncident | null): OwnIncident {
  if (own === null) throw new LateRun(`run ${run.input.run} of ${run.input.incidentId} is late`);
  run.known.own = own;
  return own;
}

/** The first alert that fires now and did not when `seen` was read: nothing that was looked at since can be about it. */
export function newsSince(seen: readonly IncidentAlert[], now: readonly IncidentAlert[]): IncidentAlert | undefined {
  const wasFiring = (alert: IncidentAlert) =>
    seen.some((known) => isSameEpisode(known, alert) && known.status === 'firing');
  return now.find((alert) => alert.status === 'firing' && !wasFiring(alert));
}
