import type { Target } from '../../core/alert/target.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';

/** The target's incident that is not closed; undefined when there is none. */
export async function openIncident(
  store: Pick<IncidentStore, 'getLatest'>,
  target: Target,
): Promise<Incident | undefined> {
  const latest = await store.getLatest(target);
  return latest?.phase === 'closed' ? undefined : latest;
}
