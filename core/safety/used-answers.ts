/** The port to the messages of the approval webhook that were answered, by their `webhook-id`. Throws `RestitchError` (code `store`). */
export interface UsedAnswers {
  has(messageId: string): Promise<boolean>;
  /** What came of the message is known: it never counts again. Said twice, the first time counts. */
  add(messageId: string, now: number): Promise<void>;
}
