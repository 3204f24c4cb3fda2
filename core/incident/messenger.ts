import type { Approval } from '../safety/approval.ts';
import type { Incident } from './incident.ts';

/** Where a message stands in Slack. */
export interface MessageRef {
  readonly channel: string;
  readonly ts: string;
}

/** One incident as a person follows it: one message, rewritten as the work goes on. */
export interface IncidentNotice {
  readonly incident: Incident;
  /** Newest last; one short sentence each. */
  readonly timeline: readonly string[];
}

/** The chat, as the runbook and the sweep need it. Throws `RestitchError` (code `slack`); a chat outage never stops a repair. */
export interface Messenger {
  postNotice(notice: IncidentNotice): Promise<MessageRef>;
  updateNotice(ref: MessageRef, notice: IncidentNotice): Promise<void>;
  /** Asks for a decision: a message with Approve and Deny buttons that carry approval id and plan digest. */
  askApproval(approval: Approval): Promise<MessageRef>;
  /** Rewrites the question after decision, expiry or withdrawal: no buttons, who and when. */
  settleApproval(ref: MessageRef, approval: Approval): Promise<void>;
}
