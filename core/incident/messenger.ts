import type { Approval } from '../safety/approval.ts';
import type { Incident } from './incident.ts';

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
  /** Asks for a decision: a message with Approve and Deny buttons that carry approval id and plan digest. */
  askApproval(approval: Approval): Promise<MessageRef>;
  /** Rewrites the question after decision, expiry or withdrawal: without buttons, with who decided and when. */
  settleApproval(ref: MessageRef, approval: Approval): Promise<void>;
}
