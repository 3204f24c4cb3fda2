import * as z from 'zod';
import type { Answer } from '../../core/safety/approval.ts';

export const APPROVE_ACTION = 'restitch_approve';
/** This one, and the next of its kind: a standing approval. */
export const APPROVE_NEXT_ACTION = 'restitch_approve_next';
export const DENY_ACTION = 'restitch_deny';
export const TAKE_OVER_ACTION = 'restitch_take_over';
export const SNOOZE_ACTION = 'restitch_snooze';
export const SHOW_PLAN_ACTION = 'restitch_show_plan';
/** In the plan's window: another page of it. Slack wants two buttons of a block to have two ids. */
export const NEXT_PAGE_ACTION = 'restitch_plan_next';
export const PREVIOUS_PAGE_ACTION = 'restitch_plan_previous';

/** What a button decides, by its action. */
export const decisionOf: ReadonlyMap<string, Answer['decision']> = new Map([
  [APPROVE_ACTION, 'approved'],
  [APPROVE_NEXT_ACTION, 'approved'],
  [DENY_ACTION, 'denied'],
  [TAKE_OVER_ACTION, 'taken-over'],
  [SNOOZE_ACTION, 'snoozed'],
]);

/** The value of a button of the approval message: the approval's id and the plan's digest. */
export const ApprovalButton = z.object({
  approvalId: z.string().min(1).max(200),
  planDigest: z.string().regex(/^[0-9a-f]{64}$/),
});

export type ApprovalButton = z.infer<typeof ApprovalButton>;

/** The value of a button that shows the plan: which page of it, from 0. */
export const PlanButton = z.object({
  approvalId: z.string().min(1).max(200),
  page: z.int().nonnegative().default(0),
});

export type PlanButton = z.infer<typeof PlanButton>;

/** Undefined where the text is not JSON, or not ours. */
export function parseButton<T>(schema: z.ZodType<T>, value: string | undefined): T | undefined {
  try {
    return schema.safeParse(JSON.parse(value ?? '')).data;
  } catch {
    // Not JSON.
    return undefined;
  }
}

/** The input of the question in which a person may say why; its block has the same name. */
export const REASON_INPUT = 'restitch_reason';
