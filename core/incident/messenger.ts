import type { Approval } from '../safety/approval.ts';
import type { Incident } from './incident.ts';
import type { Reply } from './replies.ts';

/** The position of a message in Slack. */
export interface MessageRef {
  readonly channel: string;
  readonly ts: string;
}

/** What people see of an incident: one message, rewritten as the work goes on. */
export interface IncidentNotice {
  readonly incident: Incident;
  /** Newest last; one short sentence each. */
  readonly timeline: readonly string[];
}

/**
 * The port to the chat, for the notifier alone: no repair waits for it. Throws `RestitchError` (code `slack`); not retryable: the
 * chat will never take this message.
 */
export interface Messenger {
  postNotice(notice: IncidentNotice): Promise<MessageRef>;
  updateNotice(ref: MessageRef, notice: IncidentNotice): Promise<void>;
  /**
   * Asks for a decision: a message with buttons that carry approval id and plan digest, in the thread of this message and in the channel.
   * Without buttons where it is decided already.
   */
  askApproval(approval: Approval, thread: MessageRef | undefined): Promise<MessageRef>;
  /** Tells more people that nobody has answered, with a link to the question where that is known. */
  escalate(approval: Approval, question: MessageRef | undefined): Promise<MessageRef>;
  /** Rewrites that when there is nothing more to answer. */
  updateEscalation(ref: MessageRef, approval: Approval): Promise<void>;
  /** Answers a person, who alone sees it. */
  reply(reply: Reply): Promise<MessageRef>;
  /** Rewrites the question: while it is open with who has said yes, after it without buttons, with who decided and when. */
  updateApproval(ref: MessageRef, approval: Approval): Promise<void>;
}
