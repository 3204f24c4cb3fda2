import * as z from 'zod';

export const APPROVE_ACTION = 'restitch_approve';
export const DENY_ACTION = 'restitch_deny';

/** The value of a button of the approval message: the approval's id and the plan's digest. */
export const ApprovalButton = z.object({
  approvalId: z.string().min(1).max(200),
  planDigest: z.string().regex(/^[0-9a-f]{64}$/),
});

export type ApprovalButton = z.infer<typeof ApprovalButton>;
