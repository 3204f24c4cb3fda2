import { createHash } from 'node:crypto';
import { assertNever } from '../../core/assert-never.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { MessageRef, Messenger } from '../../core/incident/messenger.ts';
import type { Replies } from '../../core/incident/replies.ts';
import type { MessageSubject, ShownMessage, ShownMessages } from '../../core/incident/shown-messages.ts';
import { emptyTimeline, sentencesOf } from '../../core/incident/timeline.ts';
import type { Approval, ApprovalStore } from '../../core/safety/approval.ts';

export interface NotifyPorts {
  readonly store: Pick<IncidentStore, 'get'>;
  readonly approvals: Pick<ApprovalStore, 'get'>;
  readonly replies: Pick<Replies, 'get'>;
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
  const [shown, wanted] = await Promise.all([ports.shown.find(subject), wantedFor(subject, ports)]);
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
    case 'escalation':
      return escalationMessage(subject.approvalId, ports);
    case 'reply':
      return replyMessage(subject.replyId, ports);
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
function visibleState(incident: Incident): string {
  const { version: _version, updatedAt: _at, reportedAt: _reported, pending: _pending, alerts, ...rest } = incident;
  const visible = { ...rest, alerts: alerts.map(({ lastSeenAt: _, ...alert }) => alert) };
  return createHash('sha256').update(JSON.stringify(visible)).digest('hex');
}

/**
 * A question is posted once its run waits for the answer, and until it expires: a click after that counts for nothing. It is
 * rewritten when it is decided, expired or withdrawn, and with every yes of two. It is in the thread of its incident's message. One that a
 * standing approval has answered is posted as such.
 */
async function approvalMessage(approvalId: string, ports: NotifyPorts): Promise<Wanted | undefined> {
  const { approvals, messenger, clock } = ports;
  const approval = await approvals.get(approvalId);
  if (approval === undefined) return undefined;
  const { incidentId, status, callbackId, expiresAt, decidedBy } = approval;
  const isOpen = status === 'pending' && callbackId !== null && clock() < expiresAt;
  const isTold = isOpen || decidedBy?.standing !== undefined;
  return {
    state: shownState(approval),
    post: isTold ? async () => messenger.askApproval(approval, await threadOf(incidentId, ports)) : null,
    update: (message) => messenger.updateApproval(message, approval),
  };
}

/** That nobody has answered is told once, while the question is open, with a link to its message; and rewritten when it is not. */
async function escalationMessage(
  approvalId: string,
  { approvals, messenger, shown, clock }: NotifyPorts,
): Promise<Wanted | undefined> {
  const approval = await approvals.get(approvalId);
  if (approval?.escalatedAt === undefined) return undefined;
  const isOpen = approval.status === 'pending' && clock() < approval.expiresAt;
  const question = async () => messenger.escalate(approval, await shown.find({ type: 'approval', approvalId }));
  return {
    state: approval.status,
    post: isOpen ? question : null,
    update: (message) => messenger.updateEscalation(message, approval),
  };
}

/** Nobody waits for an answer any longer than this. */
const REPLY_MS = 5 * 60_000;

async function replyMessage(replyId: string, { replies, messenger, clock }: NotifyPorts): Promise<Wanted | undefined> {
  const reply = await replies.get(replyId);
  if (reply === undefined) return undefined;
  const inTime = clock() < reply.at + REPLY_MS;
  return { state: 'answered', post: inTime ? () => messenger.reply(reply) : null, update: async () => undefined };
}

/** A yes of two, and another expiry, are shown while the question is open. */
function shownState({ status, yeses = [], snoozedBy, expiresAt }: Approval): string {
  if (status !== 'pending' || (yeses.length === 0 && snoozedBy === undefined)) return status;
  return `pending, ${yeses.length} said yes, until ${expiresAt}`;
}

/** The message of the incident, which is posted first where it is not there yet; undefined: it has none. */
async function threadOf(incidentId: string, ports: NotifyPorts): Promise<MessageRef | undefined> {
  const subject = { type: 'incident', incidentId } as const;
  const shown = await ports.shown.find(subject);
  if (shown !== undefined) return shown;
  await notify(subject, ports);
  return ports.shown.find(subject);
}
