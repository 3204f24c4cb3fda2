import type { Approval } from './approval.ts';
import { SNOOZE_MS } from './judge-answer.ts';

/**
 * Whether more people must be told of a question: nobody has answered for so long since it was asked, or since it was put off. Once for
 * each question, and never when its time is over. `now` is epoch milliseconds.
 */
export function mustEscalate(
  { status, requestedAt, expiresAt, snoozedBy, escalatedAt }: Approval,
  afterSeconds: number,
  now: number,
): boolean {
  if (status !== 'pending' || escalatedAt !== undefined || now >= expiresAt) return false;
  const since = snoozedBy === undefined ? requestedAt : expiresAt - SNOOZE_MS;
  return now >= since + afterSeconds * 1_000;
}
