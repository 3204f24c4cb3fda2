import * as z from 'zod';
import { assertNever } from '../../core/assert-never.ts';
import type { MessageSubject, ShownMessages } from '../../core/incident/shown-messages.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { parseItem, untilWon } from './parse-item.ts';

const Stored = z.object({ version: z.int(), channel: z.string(), ts: z.string(), state: z.string() });

const RECORD = 'RECORD';
const prefixes = { incident: 'INCIDENT#', approval: 'APPROVAL#', reply: 'REPLY#' } as const;

/** What the chat shows, in the single table: beside each incident and approval one item, which nobody else writes. */
export function createShownMessages(table: Table): ShownMessages {
  const read = async (subject: MessageSubject) => {
    const item = await table.get(messageKeyOf(subject));
    return item === undefined ? undefined : parseItem(Stored, item);
  };
  return {
    find: async (subject) => {
      const stored = await read(subject);
      return stored && { channel: stored.channel, ts: stored.ts, state: stored.state };
    },
    keep: (subject, message) =>
      untilWon(async () => {
        const version = (await read(subject))?.version;
        const won = await table.put(
          messageKeyOf(subject),
          { ...message, version: (version ?? 0) + 1 },
          version === undefined ? { type: 'free' } : { type: 'version', version },
        );
        return won ? { won: undefined } : 'lost';
      }),
  };
}

function messageKeyOf(subject: MessageSubject): Key {
  return { pk: pkOf(subject), sk: subject.type === 'escalation' ? 'ESCALATION' : 'MESSAGE' };
}

/** The item whose changes a message follows. */
export function recordKeyOf(subject: MessageSubject): Key {
  return { pk: pkOf(subject), sk: RECORD };
}

/** What a changed item is about; undefined for an item that no message follows. */
export function subjectOf({ pk, sk }: Key): MessageSubject | undefined {
  if (sk !== RECORD) return undefined;
  if (pk.startsWith(prefixes.incident)) return { type: 'incident', incidentId: pk.slice(prefixes.incident.length) };
  if (pk.startsWith(prefixes.approval)) return { type: 'approval', approvalId: pk.slice(prefixes.approval.length) };
  if (pk.startsWith(prefixes.reply)) return { type: 'reply', replyId: pk.slice(prefixes.reply.length) };
  return undefined;
}

function pkOf(subject: MessageSubject): string {
  switch (subject.type) {
    case 'incident':
      return `${prefixes.incident}${subject.incidentId}`;
    case 'approval':
    case 'escalation':
      return `${prefixes.approval}${subject.approvalId}`;
    case 'reply':
      return `${prefixes.reply}${subject.replyId}`;
    default:
      return assertNever(subject);
  }
}
