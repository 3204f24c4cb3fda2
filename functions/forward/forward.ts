import type { PostMessage } from '../../adapters/webhook/post-message.ts';
import { messageIdOf, questionMessage, told } from '../../adapters/webhook/question-message.ts';
import type { Approval, ApprovalStore } from '../../core/safety/approval.ts';
import type { ForwardedQuestion, ForwardedQuestions } from '../../core/safety/forwarded-questions.ts';

export interface ForwardPorts {
  readonly approvals: Pick<ApprovalStore, 'get'>;
  readonly forwarded: ForwardedQuestions;
  readonly post: PostMessage;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export type ForwardOutcome = 'posted' | 'unchanged';

/**
 * Tells the approval webhook the latest state of a question. It reads the state and is told nothing but what to read, so it may be called
 * late, twice or for many changes at once. A state is posted a second time only where the process died before it was stored: with the
 * same `webhook-id`.
 */
export async function forward(approvalId: string, ports: ForwardPorts): Promise<ForwardOutcome> {
  const { approvals, forwarded, post, clock } = ports;
  const [approval, before] = await Promise.all([approvals.get(approvalId), forwarded.find(approvalId)]);
  if (approval === undefined) return 'unchanged';
  const state = told(approval);
  const now = clock();
  if (before === undefined ? !isNews(approval, now) : isSame(before, state)) return 'unchanged';
  const message = questionMessage(approval, before, now);
  await post(messageIdOf(approval, state), JSON.stringify(message));
  await forwarded.keep(approvalId, state);
  return 'posted';
}

/** A question is news once its run waits for the answer, and until it expires; or where a standing approval has answered it. */
function isNews({ status, callbackId, expiresAt, decidedBy }: Approval, now: number): boolean {
  return (status === 'pending' && callbackId !== null && now < expiresAt) || decidedBy?.standing !== undefined;
}

function isSame(before: ForwardedQuestion, { status, yeses, expiresAt, escalated }: ForwardedQuestion): boolean {
  return (
    before.status === status &&
    before.yeses === yeses &&
    before.expiresAt === expiresAt &&
    before.escalated === escalated
  );
}
