import { isSameEpisode } from '../../core/incident/attach-alert.ts';
import type { Incident, IncidentAlert } from '../../core/incident/incident.ts';
import { effect, type Run } from './run.ts';

/** Thrown where a run finds that its incident is closed, or belongs to a later run: the run must leave at once. */
export class LateRun extends Error {
  override readonly name = 'LateRun';
}

/** What a run needs to know of its incident as it is now. */
export type OwnIncident = Pick<Incident, 'alerts' | 'claimed' | 'phase'>;

/**
 * The incident as it is now, read before everything that acts, asks or ends it. Throws `LateRun` when this run is not, or is no
 * longer, the one that works on it: its start was delayed, or sweep took it for dead. A record that is gone belongs to nobody.
 */
export async function ownIncident(run: Run): Promise<OwnIncident> {
  const own = await effect(run, 'read incident', async (): Promise<OwnIncident | null> => {
    const current = await run.ports.store.get(run.input.incidentId);
    if (current === undefined || current.run !== run.input.run || current.phase === 'closed') return null;
    const { alerts, claimed, phase } = current;
    return { alerts, claimed, phase };
  });
  if (own === null) throw new LateRun(`run ${run.input.run} of ${run.input.incidentId} is late`);
  return own;
}

/** The first alert that fires now and did not when `seen` was read: nothing that was looked at since can be about it. */
export function newsSince(seen: readonly IncidentAlert[], now: readonly IncidentAlert[]): IncidentAlert | undefined {
  const wasFiring = (alert: IncidentAlert) =>
    seen.some((known) => isSameEpisode(known, alert) && known.status === 'firing');
  return now.find((alert) => alert.status === 'firing' && !wasFiring(alert));
}
