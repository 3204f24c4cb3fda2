import type { Incident, IncidentOutcome } from '../../core/incident/incident.ts';
import { withdrawEvery } from './ask-approval.ts';
import { freeSlots, giveBack, releaseNode } from './claims.ts';
import { effect, type Run, record } from './run.ts';

/** The result of the durable execution, kept in the engine's history. */
export interface RunSummary {
  readonly incidentId: string;
  readonly outcome: IncidentOutcome | 'at-rest';
}

/** Closes the incident for good. Release comes first, so that a crash leaves an open incident rather than a lost claim. `reference`: of a duplicate. */
export async function close(
  run: Run,
  incident: Incident,
  node: string | undefined,
  outcome: IncidentOutcome,
  why: string,
  reference: Pick<Incident, 'duplicateOf'> = {},
): Promise<RunSummary> {
  const current = await effect(
    run,
    'read incident',
    async () => (await run.ports.store.get(incident.incidentId)) ?? null,
  );
  await withdrawEvery(run);
  if (node !== undefined && current?.claimed === true) await releaseNode(run, incident, node);
  await freeSlots(run, incident);
  const closedAt = await effect(run, 'clock', async () => run.ports.clock());
  await record(run, { event: 'closed', summary: `closed: ${outcome}, ${why}`, detail: { outcome } }, (latest) => ({
    ...latest,
    ...reference,
    phase: 'closed',
    outcome,
    closedAt,
    pending: null,
  }));
  return { incidentId: incident.incidentId, outcome };
}

/**
 * Calls a person. The incident stays open: the next signal or sweep looks again. A node that was only claimed for a repair is
 * given back, because nothing of ours is at work on it any more; a quarantined one is kept.
 */
export async function handOver(
  run: Run,
  incident: Incident,
  node: string | undefined,
  why: string,
): Promise<RunSummary> {
  await withdrawEvery(run);
  if (node !== undefined) await giveBack(run, incident, node);
  await record(run, { event: 'handed-over', summary: `handed over to a person: ${why}` }, (latest) => ({
    ...latest,
    phase: 'handed-over',
    pending: null,
  }));
  return { incidentId: incident.incidentId, outcome: 'at-rest' };
}
