import * as z from 'zod';
import { assertNever } from '../../core/assert-never.ts';
import type { MessageSubject, ShownMessages } from '../../core/incident/shown-messages.ts';
import { changeItem } from './change-item.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { nextVersion, parseItem } from './parse-item.ts';

const Stored = z.object({ version: z.int(), channel: z.string(), ts: z.string(), state: z.string() });

const RECORD = 'RECORD';
const prefixes = { incident: 'INCIDENT#', approval: 'APPROVAL#', reply: 'REPLY#' } as const;

/** What the chat shows, in the single table: beside each incident and approval one item, which nobody else writes. */
export function createShownMessages(table: Table): ShownMessages {
  return {
    find: async (subject) => {
      const item = await table.get(messageKeyOf(subject));
      if (item === undefined) return undefined;
      const { channel, ts, state } = parseItem(Stored, item);
      return { channel, ts, state };
    },
    keep: (subject, message) =>
      changeItem<void>(table, messageKeyOf(subject), (item) => ({
        type: 'put',
        item: { ...message, version: nextVersion(item) },
        result: undefined,
      })),
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
