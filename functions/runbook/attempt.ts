import type { Diagnosis } from '../../core/diagnosis/diagnosis.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { type Action, endChange } from './act.ts';
import { withdrawApproval } from './ask-approval.ts';
import { putRoutesBack } from './change-route-tables.ts';
import { type Run, record } from './run.ts';

/** What a stage is tried against. */
export type Against = Pick<Diagnosis, 'class' | 'cause'>;

/** Where the run stands between two looks. */
export type Attempt =
  | { readonly type: 'none' }
  /** The host was given the time to mend itself. */
  | { readonly type: 'waited' }
  /** A person was asked, or has said yes, for the plan with this digest. */
  | { readonly type: 'asked'; readonly approvalId: string; readonly planDigest: string; readonly approved: boolean }
  /** A stage acted and the next look will tell whether it helped. */
  | {
      readonly type: 'acted';
      readonly action: Action;
      readonly against: Against;
      readonly armed: boolean;
      /** Paths that were lost before it acted. */
      readonly lostBefore: readonly string[];
    };

/** Settles what is still in the air: an armed change is confirmed or rolled back, an open question is withdrawn. */
export async function endAttempt(run: Run, attempt: Attempt, change: 'confirm' | 'rollback'): Promise<void> {
  if (attempt.type === 'acted' && attempt.armed) await settleChange(run, attempt.action, change);
  if (attempt.type === 'asked' && !attempt.approved) await withdrawApproval(run, attempt.approvalId);
}

/** A host ends what is armed there; a route stays unless it is put back. */
async function settleChange(run: Run, action: Action, change: 'confirm' | 'rollback'): Promise<void> {
  if (action.stage.name !== 'cloud-route') return endChange(run, action, change);
  if (change === 'rollback') await putRoutesBack(run, action);
}

/** Remembers that a stage did not heal this, so that no later run tries it again. */
export async function markTried(
  run: Run,
  incident: Incident,
  { class: faultClass, cause }: Against,
  stage: string,
  why: string,
): Promise<void> {
  await record(
    run,
    { event: 'climbed', summary: `${stage} did not heal ${incident.target.node}: ${why}`, stage },
    (current) => ({
      ...current,
      tried: [
        ...current.tried.filter(
          (entry) => entry.class !== faultClass || entry.cause !== cause || entry.stage !== stage,
        ),
        { class: faultClass, cause, stage },
      ],
    }),
  );
}
