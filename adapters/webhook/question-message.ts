import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Target } from '../../core/alert/target.ts';
import { FaultClass } from '../../core/fault-class.ts';
import { onOneLine } from '../../core/on-one-line.ts';
import { type Approval, describeDecision } from '../../core/safety/approval.ts';
import { OnExpiry } from '../../core/safety/approval-rules.ts';
import type { Decider } from '../../core/safety/decider.ts';
import type { ForwardedQuestion } from '../../core/safety/forwarded-questions.ts';

/** More would be cut by most tools; the digest is that of the whole plan. */
const MOST_LINES = 200;

/** A text of one line: what comes from alerts and labels has no control characters in it. */
const Line = z.string().overwrite(onOneLine);
const Time = z.iso.datetime();
const Person = z.strictObject({
  id: Line.describe('as in the list of approvers'),
  name: Line,
  reason: Line.nullable(),
  standing: z.int().nullable().describe('the number of the standing approval that has answered'),
});

const Question = z.strictObject({
  approvalId: z.string().describe('an answer names it'),
  planDigest: z.string().describe('an answer names it: it is for this plan and no other'),
  incidentId: z.string(),
  stage: z.string(),
  target: Target,
  status: z.enum(['pending', 'approved', 'denied', 'taken-over', 'expired', 'withdrawn']),
  title: Line.describe('what is asked, or what came of it'),
  text: Line.describe('the same with the decisive facts, for tools that show one text'),
  effect: Line.describe('what the stage may disturb'),
  diagnosis: z
    .strictObject({
      class: FaultClass,
      cause: Line,
      hostAtFault: Line.nullable(),
      confidence: z.number(),
      because: z.array(Line),
    })
    .nullable(),
  pools: z.array(Line),
  site: Line.nullable(),
  hub: Line.nullable(),
  gpus: z.int().nullable().describe('in use on the nodes that the stage disturbs; null: not known'),
  atRisk: z.array(Line),
  tried: z.array(Line),
  plan: z.strictObject({
    summary: z.array(Line),
    lines: z.array(Line).describe(`the first ${MOST_LINES}`),
    lineCount: z.int().describe('of the whole plan'),
  }),
  onExpiry: OnExpiry,
  yesesNeeded: z.int(),
  yeses: z.array(Person).describe('where two people must say yes'),
  requestedAt: Time,
  expiresAt: Time,
  escalatedAt: Time.nullable(),
  decidedBy: Person.nullable(),
  decidedAt: Time.nullable(),
});

/** What is posted to the approval webhook: a question, or its next state. */
export const QuestionMessage = z
  .strictObject({
    type: z.enum([
      'approval.requested',
      'approval.updated',
      'approval.escalated',
      'approval.decided',
      'approval.expired',
      'approval.withdrawn',
    ]),
    timestamp: Time.describe('when that happened'),
    data: Question,
  })
  .describe('what Restitch posts: a question, or its next state');

export type QuestionMessage = z.infer<typeof QuestionMessage>;

/** What of a question another message would be about. */
export function told({ status, yeses = [], expiresAt, escalatedAt }: Approval): ForwardedQuestion {
  return { status, yeses: yeses.length, expiresAt, escalated: escalatedAt !== undefined };
}

/** The id of the message about this state: the same when it is sent again. */
export function messageIdOf({ approvalId }: Approval, state: ForwardedQuestion): string {
  const { status, yeses, expiresAt, escalated } = state;
  const text = JSON.stringify([approvalId, status, yeses, expiresAt, escalated]);
  return `question_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/** The message about the question as it is now. `before`: what was told last; undefined: nothing. `now`: epoch milliseconds. */
export function questionMessage(
  approval: Approval,
  before: ForwardedQuestion | undefined,
  now: number,
): QuestionMessage {
  const { type, at } = eventOf(approval, before, now);
  return QuestionMessage.parse({ type, timestamp: iso(at), data: questionOf(approval) });
}

function eventOf(
  { status, requestedAt, escalatedAt, decidedAt }: Approval,
  before: ForwardedQuestion | undefined,
  now: number,
): { readonly type: QuestionMessage['type']; readonly at: number } {
  const ended = decidedAt ?? now;
  if (status === 'expired' || status === 'withdrawn') return { type: `approval.${status}`, at: ended };
  if (status !== 'pending') return { type: 'approval.decided', at: ended };
  if (before === undefined) return { type: 'approval.requested', at: requestedAt };
  if (escalatedAt !== undefined && !before.escalated) return { type: 'approval.escalated', at: escalatedAt };
  return { type: 'approval.updated', at: now };
}

function questionOf(approval: Approval): z.input<typeof Question> {
  const { approvalId, planDigest, incidentId, stage, target, status, reason, brief, planLines } = approval;
  return {
    ...{ approvalId, planDigest, incidentId, stage, target, status },
    title: titleOf(approval),
    text: textOf(approval),
    effect: reason,
    diagnosis: diagnosisOf(brief),
    pools: brief?.pools.filter((pool) => pool !== '') ?? [],
    site: brief?.site ?? null,
    hub: brief?.hub ?? null,
    gpus: brief?.gpus ?? null,
    atRisk: approval.atRisk ?? [],
    tried: brief?.tried ?? [],
    plan: {
      summary: brief?.summary ?? [],
      lines: planLines.slice(0, MOST_LINES),
      lineCount: brief?.lineCount ?? planLines.length,
    },
    onExpiry: brief?.onExpiry ?? 'next-rung',
    yesesNeeded: approval.yesesNeeded ?? 1,
    yeses: (approval.yeses ?? []).map(personOf),
    requestedAt: iso(approval.requestedAt),
    expiresAt: iso(approval.expiresAt),
    escalatedAt: approval.escalatedAt === undefined ? null : iso(approval.escalatedAt),
    decidedBy: approval.decidedBy === null ? null : personOf(approval.decidedBy),
    decidedAt: approval.decidedAt === null ? null : iso(approval.decidedAt),
  };
}

function diagnosisOf(brief: Approval['brief']): z.input<typeof Question>['diagnosis'] {
  if (brief === undefined) return null;
  const { class: faultClass, cause, hostAtFault, confidence, because } = brief;
  return { class: faultClass, cause, hostAtFault, confidence, because };
}

function titleOf(approval: Approval): string {
  const { stage, target, status } = approval;
  const what = `${stage} on ${target.node} (${target.cluster})`;
  return status === 'pending' ? `Approve ${what}?` : `${what}: ${describeDecision(approval)}`;
}

function textOf(approval: Approval): string {
  const { brief, status, reason, expiresAt } = approval;
  if (status !== 'pending') return `${titleOf(approval)}.`;
  const facts =
    brief === undefined
      ? [reason]
      : [
          `${brief.class} (${brief.cause}), ${Math.round(brief.confidence * 100)} % sure`,
          ...brief.summary.slice(0, 3),
          `${brief.gpus ?? 'an unknown number of'} GPUs at risk`,
        ];
  return `${titleOf(approval)} ${facts.join('. ')}. Answer until ${iso(expiresAt)}.`;
}

function personOf({ id, name, reason, standing }: Decider): z.input<typeof Person> {
  return { id, name, reason: reason ?? null, standing: standing?.number ?? null };
}

function iso(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}
