import * as z from 'zod';

export const APPROVE_ACTION = 'restitch_approve';
export const DENY_ACTION = 'restitch_deny';

/** What a button of the approval message carries: which approval, and of which plan. */
export const ApprovalButton = z.object({
  approvalId: z.string().min(1).max(200),
  planDigest: z.string().regex(/^[0-9a-f]{64}$/),
});

export type ApprovalButton = z.infer<typeof ApprovalButton>;
