import * as z from 'zod';
import { Target } from '../alert/target.ts';

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
  requestedAt: z.int(),
  expiresAt: z.int(),
  callbackId: z.string().nullable(),
  status: z.enum(['pending', 'approved', 'denied', 'expired', 'withdrawn']),
  decidedBy: z.object({ id: z.string(), name: z.string() }).nullable(),
  decidedAt: z.int().nullable(),
});

export type Approval = z.infer<typeof Approval>;

/** What completes the runbook's pending callback. It only wakes the runbook, which reads the decision from the store. */
export type CallbackResult =
  | {
      readonly type: 'decision';
      readonly approvalId: string;
      readonly decision: 'approved' | 'denied' | 'expired';
      readonly by: { readonly id: string; readonly name: string } | null;
      /** Epoch milliseconds. */
      readonly at: number;
    }
  | { readonly type: 'signal'; readonly signal: 'alert-resolved' | 'alert-firing'; readonly at: number };

export type ApprovalDecision =
  | { readonly type: 'decided'; readonly approval: Approval }
  | { readonly type: 'already'; readonly approval: Approval }
  | { readonly type: 'expired'; readonly approval: Approval }
  | { readonly type: 'digest-mismatch' }
  | { readonly type: 'missing' };

/** The port to stored approvals. `decide` consumes an approval exactly once. Throws `RestitchError` (code `store`). */
export interface ApprovalStore {
  /** Creates it, or leaves the existing one with this id untouched. Returns what is stored. */
  create(approval: Approval): Promise<Approval>;
  get(approvalId: string): Promise<Approval | undefined>;
  /** Attaches the callback. Never changes a decision. */
  attach(approvalId: string, parts: Pick<Approval, 'callbackId'>): Promise<Approval | undefined>;
  /** pending → approved | denied, when `now` is before `expiresAt` and the digest is the stored one. */
  decide(
    approvalId: string,
    planDigest: string,
    decision: 'approved' | 'denied',
    by: { readonly id: string; readonly name: string },
    now: number,
  ): Promise<ApprovalDecision>;
  /** pending → expired (only when due) or withdrawn. */
  settle(approvalId: string, status: 'expired' | 'withdrawn', now: number): Promise<ApprovalDecision>;
  listPending(): Promise<readonly Approval[]>;
}
