import { isoTime } from '../adapters/iso-time.ts';
import { onOneLine } from '../core/on-one-line.ts';
import type { Approval } from '../core/safety/approval.ts';
import { describeDeciderAndReason } from '../core/safety/decider.ts';
import { alignColumns } from './align-columns.ts';

/** How much of a plan's digest is shown, in Slack as well. */
export const SHOWN_DIGEST = 12;

/** One line per open question. The name of a question is never cut: other commands want it. `now`: epoch milliseconds. */
export function questionTable(questions: readonly Approval[], now: number): readonly string[] {
  return alignColumns([
    ['QUESTION', 'PLAN', 'EXPIRES'],
    ...questions.map(({ approvalId, planDigest, expiresAt }) => [
      approvalId,
      planDigest.slice(0, SHOWN_DIGEST),
      timeLeft(expiresAt - now),
    ]),
  ]);
}

/** What a person must know to decide: the same as the message in Slack. `now`: epoch milliseconds. */
export function questionReport(question: Approval, now: number): readonly string[] {
  const { approvalId, stage, target, reason, planLines, planDigest, atRisk = [] } = question;
  const lines = [
    `${stage} on ${target.node} (${target.cluster})?`,
    reason,
    ...(atRisk.length === 0 ? [] : ['', 'At risk:', ...atRisk.map((line) => `  ${line}`)]),
    '',
    'Plan:',
    ...planLines.map((line) => `  ${line}`),
    '',
    ...alignColumns([
      ['question', approvalId],
      ['plan', planDigest.slice(0, SHOWN_DIGEST)],
      ['state', stateOf(question, now)],
    ]),
  ];
  // Names of jobs, and what people type, come from outside.
  return lines.map(onOneLine);
}

/** `waits, expires in 12 min`, `approved by alice at 2026-11-22T10:00:00.000Z`. `now`: epoch milliseconds. */
export function stateOf({ status, expiresAt, decidedBy, decidedAt }: Approval, now: number): string {
  if (status === 'pending') return now < expiresAt ? `waits, expires ${timeLeft(expiresAt - now)}` : 'expired';
  const who = decidedBy === null ? '' : ` by ${describeDeciderAndReason(decidedBy)}`;
  return `${status}${onOneLine(who)}${decidedAt === null ? '' : `, at ${isoTime(decidedAt)}`}`;
}

function timeLeft(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1_000);
  if (seconds <= 0) return 'now';
  return seconds < 120 ? `in ${seconds} s` : `in ${Math.floor(seconds / 60)} min`;
}
