import type { FaultClass } from '../../core/diagnosis/fault-class.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { type Action, endBounce } from './act.ts';
import { withdrawApproval } from './ask-approval.ts';
import { type Run, record } from './run.ts';

/** Where the run stands between two looks. */
export type Attempt =
  | { readonly type: 'none' }
  /** A person was asked, or has said yes, for the plan with this digest. */
  | { readonly type: 'asked'; readonly approvalId: string; readonly planDigest: string; readonly approved: boolean }
  /** A stage acted and the next look will tell whether it helped. */
  | { readonly type: 'acted'; readonly action: Action; readonly against: FaultClass; readonly armed: boolean };

/** Settles what is still in the air: an armed bounce is confirmed or rolled back, an open question is withdrawn. */
export async function endAttempt(run: Run, attempt: Attempt, bounce: 'confirm' | 'rollback'): Promise<void> {
  if (attempt.type === 'acted' && attempt.armed) await endBounce(run, attempt.action, bounce);
  if (attempt.type === 'asked' && !attempt.approved) await withdrawApproval(run, attempt.approvalId);
}

/** Remembers that a stage did not heal this class, so that no later run tries it again. */
export async function markTried(
  run: Run,
  incident: Incident,
  against: FaultClass,
  stage: string,
  why: string,
): Promise<void> {
  await record(
    run,
    { event: 'climbed', summary: `${stage} did not heal ${incident.target.node}: ${why}`, stage },
    (current) => ({
      ...current,
      tried: [
        ...current.tried.filter((entry) => entry.class !== against || entry.stage !== stage),
        { class: against, stage },
      ],
    }),
  );
}
