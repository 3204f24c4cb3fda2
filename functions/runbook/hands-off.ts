import type { Incident } from '../../core/incident/incident.ts';
import { describeDecider } from '../../core/safety/decider.ts';
import { describeHandsOff, type HandsOff } from '../../core/safety/hands-off.ts';
import { effect, type Run } from './run.ts';

/**
 * Keeps with the incident that a person said no or took over, or that nobody answered and the rule says to hold then: no later run asks
 * again or does anything else. Returns what is said of it.
 */
export async function keepHandsOff(
  run: Run,
  incident: Incident,
  approvalId: string,
  why: NonNullable<HandsOff['why']>,
): Promise<string> {
  const handsOff = await effect(run, 'keep hands off', async (): Promise<HandsOff> => {
    const { approvals, store, clock } = run.ports;
    const approval = await approvals.get(approvalId);
    const { decidedBy = null, decidedAt, stage = 'a stage' } = approval ?? {};
    const kept = {
      by: decidedBy === null ? 'somebody' : describeDecider(decidedBy),
      stage,
      at: decidedAt ?? clock(),
      ...(why === 'denied' ? {} : { why }),
      ...(decidedBy?.reason === undefined ? {} : { said: decidedBy.reason }),
    };
    await store.update(incident.incidentId, (current) => ({ ...current, handsOff: kept }));
    return kept;
  });
  return describeHandsOff(handsOff);
}
