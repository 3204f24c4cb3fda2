import { type Replies, Reply } from '../../core/incident/replies.ts';
import { createFaults, type Faults } from './faults.ts';

/** Replies in memory; held to the same contract as the table by test/contract/store. */
export function createInMemoryReplies(): Replies & { readonly faults: Faults } {
  const taken = new Set<string>();
  const replies = new Map<string, Reply>();
  const faults = createFaults('store');
  return {
    faults,
    take: (replyId) =>
      faults.around('take', () => {
        const first = !taken.has(replyId);
        taken.add(replyId);
        return first;
      }),
    answer: (reply) =>
      faults.around('answer', () => {
        if (taken.has(reply.replyId) && !replies.has(reply.replyId)) replies.set(reply.replyId, Reply.parse(reply));
      }),
    get: (replyId) => faults.around('get', () => structuredClone(replies.get(replyId))),
  };
}
