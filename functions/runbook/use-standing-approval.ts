import type { Approval } from '../../core/safety/approval.ts';
import { PAUSE_LIST, pauseFor, pausesSet } from '../../core/safety/pause.ts';
import { answererOf, STANDING_LIST, standingUsedFor, withUse } from '../../core/safety/standing-approval.ts';
import { effect, type Run } from './run.ts';

/**
 * Answers the question with a standing approval that covers it, where there is one. Its use is counted first, so that a crash can only
 * waste it; a repetition counts nothing more. A person who has answered meanwhile was first. False: a person has to be asked.
 */
export function useStandingApproval(run: Run, asked: Omit<Approval, 'planLines'>): Promise<boolean> {
  const { approvalId, planDigest, standing: scope } = asked;
  return effect(run, 'use standing approval', async () => {
    const { safety, approvals, clock } = run.ports;
    const now = clock();
    if (scope === undefined) return false;
    const pauses = await safety.pauses.get(PAUSE_LIST);
    const subject = { cluster: scope.cluster, pools: [scope.pool], class: scope.class };
    if (pauseFor(pauses, subject, now) !== undefined) return false;
    const at = { now, pausesSet: pausesSet(pauses) };
    const list = await safety.standing.change(STANDING_LIST, (current) => withUse(current, { approvalId, scope }, at));
    const used = standingUsedFor(list, approvalId);
    const by = used && answererOf(used, approvalId);
    if (by === undefined) return false;
    const { type } = await approvals.decide(approvalId, { planDigest, decision: 'approved', by }, now, () => true);
    return type === 'decided' || type === 'already';
  });
}
