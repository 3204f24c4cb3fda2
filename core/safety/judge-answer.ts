import { assertNever } from '../assert-never.ts';
import type { Answer, Approval, ApprovalDecision } from './approval.ts';
import { mayBeOnePerson } from './approver.ts';
import type { Decider } from './decider.ts';

/** How much longer a snoozed question stays open. */
export const SNOOZE_MS = 30 * 60_000;
/** No snooze keeps a question open for longer than this after it was asked: the plan and its reserved capacity wait. */
const LONGEST_OPEN_MS = 4 * 3_600_000;

/** The next state of an approval, to be stored; or why the answer does not count, and nothing changes. */
export type JudgedAnswer =
  | { readonly type: 'store'; readonly next: Approval; readonly as: 'decided' | 'counted' | 'snoozed' }
  | { readonly type: 'refuse'; readonly decision: ApprovalDecision };

/**
 * Judges one answer to a stored question: who may give it, whether it is about the stored plan, and whether it comes in time and first.
 * Where two people are needed, the first yes is counted and the question stays open: as many as were needed when it was asked, or more
 * where the rules want more now. `now` is epoch milliseconds.
 */
export function judgeAnswer(
  approval: Approval,
  answer: Answer,
  now: number,
  mayAnswer: (approval: Approval, by: Decider) => boolean,
  yesesNow: (approval: Approval) => number = () => 1,
): JudgedAnswer {
  if (!mayAnswer(approval, answer.by)) return refuse({ type: 'not-allowed', approval });
  if (approval.planDigest !== answer.planDigest) return refuse({ type: 'digest-mismatch' });
  if (approval.status !== 'pending') return refuse({ type: 'already', approval });
  if (now >= approval.expiresAt) return refuse({ type: 'expired', approval });
  switch (answer.decision) {
    case 'approved':
      return judgeYes(withYeses(approval, yesesNow(approval)), answer.by, now);
    case 'denied':
    case 'taken-over':
      return settle(approval, answer.by, answer.decision, now);
    case 'snoozed':
      return snooze(approval, answer.by, now);
    default:
      return assertNever(answer.decision);
  }
}

function withYeses(approval: Approval, now: number): Approval {
  return now <= (approval.yesesNeeded ?? 1) ? approval : { ...approval, yesesNeeded: now };
}

function judgeYes(approval: Approval, by: Decider, now: number): JudgedAnswer {
  const yeses = approval.yeses ?? [];
  if (yeses.some(({ id }) => mayBeOnePerson(id, by.id))) return refuse({ type: 'same-person', approval });
  const all = [...yeses, { ...by }];
  if (all.length >= (approval.yesesNeeded ?? 1)) {
    const kept = approval.yesesNeeded === undefined ? {} : { yeses: all };
    return store({ ...approval, ...kept, status: 'approved', decidedBy: { ...by }, decidedAt: now }, 'decided');
  }
  return store({ ...approval, yeses: all }, 'counted');
}

function settle(approval: Approval, by: Decider, status: 'denied' | 'taken-over', now: number): JudgedAnswer {
  return store({ ...approval, status, decidedBy: { ...by }, decidedAt: now }, 'decided');
}

function snooze(approval: Approval, by: Decider, now: number): JudgedAnswer {
  const expiresAt = Math.min(now + SNOOZE_MS, approval.requestedAt + LONGEST_OPEN_MS);
  if (expiresAt <= approval.expiresAt) return refuse({ type: 'snoozed-enough', approval });
  return store({ ...approval, expiresAt, snoozedBy: { ...by } }, 'snoozed');
}

function store(next: Approval, as: 'decided' | 'counted' | 'snoozed'): JudgedAnswer {
  return { type: 'store', next, as };
}

function refuse(decision: ApprovalDecision): JudgedAnswer {
  return { type: 'refuse', decision };
}
