import * as z from 'zod';
import { Target } from '../alert/target.ts';
import { ApprovalBrief } from './approval-brief.ts';
import { Decider, describeDecider } from './decider.ts';
import { StandingScope } from './standing-approval.ts';

/** A person's single-use yes or no to one stage of one incident, bound to the digest of the plan that was shown. */
export const Approval = z.object({
  approvalId: z.string().describe('`<incident>.<stage>.<attempt>`, the operation key of the stage it guards'),
  incidentId: z.string(),
  target: Target,
  stage: z.string(),
  planDigest: z
    .string()
    .describe('sha-256 hex of the canonical plan; the button carries it, a differing one is refused'),
  planLines: z.array(z.string()).describe('what would be done, one line each, as shown to the person'),
  atRisk: z.array(z.string()).optional().describe('what runs on the nodes that the stage disturbs, one line each'),
  reason: z.string().describe('one sentence: why this stage, what it may disturb'),
  brief: ApprovalBrief.optional().describe('none in records of version 0.1.0'),
  yesesNeeded: z.int().min(1).max(2).optional().describe('how many people must say yes; absent: one'),
  yeses: z.array(Decider).optional().describe('who has said yes, where two must'),
  standing: StandingScope.optional().describe(
    'which standing approval may answer; absent: none, it wants a yes of its own',
  ),
  snoozedBy: Decider.optional().describe('who moved the expiry last'),
  escalatedAt: z.int().optional().describe('since when more people are told that nobody has answered'),
  requestedAt: z.int(),
  expiresAt: z.int(),
  callbackId: z.string().nullable(),
  status: z.enum(['pending', 'approved', 'denied', 'taken-over', 'expired', 'withdrawn']),
  decidedBy: Decider.nullable(),
  decidedAt: z.int().nullable(),
});

export type Approval = z.infer<typeof Approval>;

/** `approved by ann and ben`, `taken over by ann`, `expired`. */
export function describeDecision({
  status,
  decidedBy,
  yeses,
}: Pick<Approval, 'status' | 'decidedBy' | 'yeses'>): string {
  const said = status === 'taken-over' ? 'taken over' : status;
  if (decidedBy === null) return said;
  const people = status === 'approved' && yeses !== undefined ? yeses : [decidedBy];
  return `${said} by ${people.map(describeDecider).join(' and ')}`;
}

/**
 * What a person wants of a question. `taken-over`: hands off, and a claim on the node stays, because that person works on it.
 * `snoozed`: the question stays open for longer.
 */
export interface Answer {
  /** Of the plan that the person saw. */
  readonly planDigest: string;
  readonly decision: 'approved' | 'denied' | 'taken-over' | 'snoozed';
  readonly by: Decider;
}

/** What completes the runbook's pending callback. It only wakes the runbook, which reads the decision from the store. */
export type CallbackResult =
  | {
      readonly type: 'decision';
      readonly approvalId: string;
      readonly decision: 'approved' | 'denied' | 'taken-over' | 'expired';
      readonly by: Decider | null;
      /** Epoch milliseconds. */
      readonly at: number;
    }
  | { readonly type: 'signal'; readonly signal: 'alert-resolved' | 'alert-firing'; readonly at: number };

/**
 * What became of an answer. `counted`: a second person must say yes too. After `decided`, `counted` and `snoozed` the approval is the
 * stored one; every other outcome changes nothing.
 */
export type ApprovalDecision =
  | { readonly type: 'decided'; readonly approval: Approval }
  | { readonly type: 'counted'; readonly approval: Approval }
  | { readonly type: 'snoozed'; readonly approval: Approval }
  | { readonly type: 'already' | 'expired'; readonly approval: Approval }
  | { readonly type: 'not-allowed' | 'same-person' | 'snoozed-enough'; readonly approval: Approval }
  | { readonly type: 'digest-mismatch' }
  | { readonly type: 'missing' };

/** The port to stored approvals. `decide` consumes an approval exactly once. Throws `RestitchError` (code `store`). */
export interface ApprovalStore {
  /** Creates it, or leaves the existing one with this id untouched. Returns what is stored. */
  create(approval: Approval): Promise<Approval>;
  get(approvalId: string): Promise<Approval | undefined>;
  /** Attaches the callback. Never changes a decision. */
  attach(approvalId: string, parts: Pick<Approval, 'callbackId'>): Promise<Approval | undefined>;
  /**
   * Applies one answer by compare-and-set, as `judgeAnswer` judges it: before `expiresAt`, with the stored digest, by somebody of whom
   * `mayAnswer` is true. `yesesNow`: how many people the rules want at this time. A question is decided once.
   */
  decide(
    approvalId: string,
    answer: Answer,
    now: number,
    mayAnswer: (approval: Approval, by: Decider) => boolean,
    yesesNow?: (approval: Approval) => number,
  ): Promise<ApprovalDecision>;
  /** Marks that more people are told, by compare-and-set, where `must` is true of the stored one. True: this call has marked it. */
  escalate(approvalId: string, now: number, must: (approval: Approval) => boolean): Promise<boolean>;
  /** pending → expired (only when due) or withdrawn. */
  settle(approvalId: string, status: 'expired' | 'withdrawn', now: number): Promise<ApprovalDecision>;
  listPending(): Promise<readonly Approval[]>;
}
