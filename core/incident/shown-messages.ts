import type { MessageRef } from './messenger.ts';

/** What a message in the chat is about. There is at most one message for each. `escalation`: that nobody has answered a question. */
export type MessageSubject =
  | { readonly type: 'incident'; readonly incidentId: string }
  | { readonly type: 'approval' | 'escalation'; readonly approvalId: string }
  | { readonly type: 'reply'; readonly replyId: string };

/** A message that was posted. `state`: what it shows, compared as a whole; a message that shows another state is out of date. */
export interface ShownMessage extends MessageRef {
  readonly state: string;
}

/** The port to the record of what the chat shows. Only the notifier uses it. Throws `RestitchError` (code `store`). */
export interface ShownMessages {
  find(subject: MessageSubject): Promise<ShownMessage | undefined>;
  keep(subject: MessageSubject, message: ShownMessage): Promise<void>;
}
