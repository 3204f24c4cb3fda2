import * as z from 'zod';

/** What the approval webhook was told of a question last: all that another message would be about. */
export const ForwardedQuestion = z.object({
  status: z.string(),
  yeses: z.int().describe('how many people have said yes'),
  expiresAt: z.int(),
  escalated: z.boolean().describe('that nobody has answered was told'),
});

export type ForwardedQuestion = z.infer<typeof ForwardedQuestion>;

/** The port to what was told, for the function that tells it. Throws `RestitchError` (code `store`). */
export interface ForwardedQuestions {
  find(approvalId: string): Promise<ForwardedQuestion | undefined>;
  keep(approvalId: string, told: ForwardedQuestion): Promise<void>;
}
