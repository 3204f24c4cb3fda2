import { createHash } from 'node:crypto';
import { assertNever } from '../../core/assert-never.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { MessageRef, Messenger } from '../../core/incident/messenger.ts';
import type { MessageSubject, ShownMessage, ShownMessages } from '../../core/incident/shown-messages.ts';
import { emptyTimeline, sentencesOf } from '../../core/incident/timeline.ts';
import type { ApprovalStore } from '../../core/safety/approval.ts';

export interface NotifyPorts {
  readonly store: Pick<IncidentStore, 'get'>;
  readonly approvals: Pick<ApprovalStore, 'get'>;
  readonly shown: ShownMessages;
  readonly messenger: Messenger;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

export type NotifyOutcome = 'posted' | 'updated' | 'unchanged';

/** The state that the chat should show. `post`: null where a first message is of no use, or not yet. */
interface Wanted {
  readonly state: string;
  readonly post: (() => Promise<MessageRef>) | null;
  readonly update: (message: MessageRef) => Promise<void>;
}

/**
 * Makes the chat show the latest state of an incident or an approval: posts its one message, or rewrites it. It reads the state
 * and is told nothing but what to read, so it may be called late, twice or for many changes at once. A message is posted a
 * second time only where the reply to the first was lost, or the process died before it was stored: Slack takes no key for it.
 */
export async function notify(subject: MessageSubject, ports: NotifyPorts): Promise<NotifyOutcome> {
  const shown = await ports.shown.find(subject);
  const wanted = await wantedFor(subject, ports);
  if (wanted === undefined || shown?.state === wanted.state) return 'unchanged';
  if (shown !== undefined) {
    await wanted.update(shown);
    await ports.shown.keep(subject, { ...shown, state: wanted.state });
    return 'updated';
  }
  if (wanted.post === null) return 'unchanged';
  const message: ShownMessage = { ...(await wanted.post()), state: wanted.state };
  await ports.shown.keep(subject, message);
  return 'posted';
}

function wantedFor(subject: MessageSubject, ports: NotifyPorts): Promise<Wanted | undefined> {
  switch (subject.type) {
    case 'incident':
      return incidentMessage(subject.incidentId, ports);
    case 'approval':
      return approvalMessage(subject.approvalId, ports);
    default:
      return assertNever(subject);
  }
}

async function incidentMessage(incidentId: string, { store, messenger }: NotifyPorts): Promise<Wanted | undefined> {
  const incident = await store.get(incidentId);
  if (incident === undefined) return undefined;
  const notice = { incident, timeline: sentencesOf(incident.timeline ?? emptyTimeline) };
  return {
    state: visibleState(incident),
    post: isNews(incident) ? () => messenger.postNotice(notice) : null,
    update: (message) => messenger.updateNotice(message, notice),
  };
}

/**
 * An incident gets its message when it was looked at, or needs a person. One that is held without a message is told by the
 * incident that holds it, also when it closes by itself then: of a storm the chat shows what is at fault.
 */
function isNews({ phase, diagnosis, heldBy }: Incident): boolean {
  switch (phase) {
    case 'opened':
    case 'diagnosing':
      return diagnosis !== null && heldBy === undefined;
    case 'held':
      return false;
    case 'closed':
      return heldBy === undefined;
    default:
      return true;
  }
}

/** A digest of the incident without the bookkeeping that changes while nothing happens. */
function visibleState({ version: _version, updatedAt: _at, pending: _pending, alerts, ...rest }: Incident): string {
  const visible = { ...rest, alerts: alerts.map(({ lastSeenAt: _, ...alert }) => alert) };
  return createHash('sha256').update(JSON.stringify(visible)).digest('hex');
}

/**
 * A question is posted once its run waits for the answer, and until it expires: a click after that counts for nothing. It is
 * rewritten when it is decided, expired or withdrawn.
 */
async function approvalMessage(
  approvalId: string,
  { approvals, messenger, clock }: NotifyPorts,
): Promise<Wanted | undefined> {
  const approval = await approvals.get(approvalId);
  if (approval === undefined) return undefined;
  const { status, callbackId, expiresAt } = approval;
  const isOpen = status === 'pending' && callbackId !== null && clock() < expiresAt;
  return {
    state: status,
    post: isOpen ? () => messenger.askApproval(approval) : null,
    update: (message) => messenger.settleApproval(message, approval),
  };
}
