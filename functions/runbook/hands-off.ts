import type { Incident } from '../../core/incident/incident.ts';
import { effect, type Run } from './run.ts';

/** Keeps a person's no with the incident, so that no later run asks again or does anything else. Returns what was said. */
export async function keepDenial(run: Run, incident: Incident, approvalId: string, stage: string): Promise<string> {
  const by = await effect(run, 'keep denial', async () => {
    const { approvals, store, clock } = run.ports;
    const approval = await approvals.get(approvalId);
    const name = approval?.decidedBy?.name ?? 'somebody';
    const handsOff = { by: name, stage, at: approval?.decidedAt ?? clock() };
    await store.update(incident.incidentId, (current) => ({ ...current, handsOff }));
    return name;
  });
  return `${by} denied ${stage}: hands off`;
}
