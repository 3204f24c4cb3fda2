import { mustEscalate } from '../../core/safety/escalation.ts';
import type { SweepPorts } from './sweep.ts';

/**
 * Marks the open questions that nobody has answered for this long: the notifier tells more people. The mark is set once, by
 * compare-and-set. Returns how many were marked.
 */
export async function escalateQuestions(
  { approvals, clock, log }: Pick<SweepPorts, 'approvals' | 'clock' | 'log'>,
  afterSeconds: number,
): Promise<number> {
  if (afterSeconds === 0) return 0;
  let marked = 0;
  for (const listed of await approvals.listPending()) {
    // Before the question is in the chat there is nothing to answer.
    if (listed.callbackId === null || !mustEscalate(listed, afterSeconds, clock())) continue;
    const now = clock();
    if (!(await approvals.escalate(listed.approvalId, now, (stored) => mustEscalate(stored, afterSeconds, now))))
      continue;
    log.info('question-escalated', { approvalId: listed.approvalId });
    marked += 1;
  }
  return marked;
}
