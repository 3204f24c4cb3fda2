import * as z from 'zod';

/** What the app answers to a person who has written to it in the chat. */
export const Reply = z.object({
  replyId: z.string().describe('the id of the event, which the chat may send several times'),
  channel: z.string(),
  user: z.string().describe('who asked, and the only one who sees it'),
  thread: z.string().nullable().describe('in which the person has asked; null: in the channel'),
  text: z.string().describe('mrkdwn, escaped'),
  at: z.int(),
});

export type Reply = z.infer<typeof Reply>;

/** The port to replies, which the notifier posts. Throws `RestitchError` (code `store`). */
export interface Replies {
  /** True for the first who takes the event: what it orders is done once, or not at all where the process dies. */
  take(replyId: string, now: number): Promise<boolean>;
  /** Stores the reply of an event that this caller has taken. */
  answer(reply: Reply): Promise<void>;
  get(replyId: string): Promise<Reply | undefined>;
}
