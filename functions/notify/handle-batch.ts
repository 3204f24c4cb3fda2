import type { MessageSubject } from '../../core/incident/shown-messages.ts';
import type { Log } from '../../core/log.ts';
import type { BatchResponse } from '../dispatch/handle-batch.ts';
import { followTable, type TableStreamEvent } from '../follow-table.ts';
import { type NotifyPorts, notify } from './notify.ts';

export interface BatchPorts extends NotifyPorts {
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Brings the chat up to date with every item that changed. */
export function handleBatch(event: TableStreamEvent, ports: BatchPorts): Promise<BatchResponse> {
  const { log, sleep } = ports;
  return followTable(event, {
    follow: async (subject) => {
      for (const each of messagesOf(subject)) {
        const outcome = await notify(each, ports);
        if (outcome !== 'unchanged') log.info('chat-followed', { ...each, outcome });
      }
    },
    failure: 'chat-not-followed',
    // A person who has no answer asks again: what all others see does not wait for it.
    holdsUpOthers: ({ type }) => type !== 'reply',
    sleep,
    log,
  });
}

/** The question comes first: what tells that nobody has answered it has a link to it. */
function messagesOf(subject: MessageSubject): readonly MessageSubject[] {
  return subject.type === 'approval' ? [subject, { ...subject, type: 'escalation' }] : [subject];
}
