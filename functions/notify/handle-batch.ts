import * as z from 'zod';
import { subjectOf } from '../../adapters/aws/dynamodb-shown-messages.ts';
import type { MessageSubject } from '../../core/incident/shown-messages.ts';
import type { Log } from '../../core/log.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { BatchResponse } from '../dispatch/handle-batch.ts';
import { type NotifyPorts, notify } from './notify.ts';

const Text = z.object({ S: z.string() });

/** What the notifier reads of an event of the table's stream: which items changed, in their order. */
export const TableStreamEvent = z.object({
  Records: z.array(
    z.object({ dynamodb: z.object({ SequenceNumber: z.string(), Keys: z.object({ pk: Text, sk: Text }) }) }),
  ),
});

export type TableStreamEvent = z.infer<typeof TableStreamEvent>;

interface Change {
  readonly subject: MessageSubject;
  /** Of the first of its records in this batch. */
  readonly sequenceNumber: string;
}

export interface BatchPorts extends NotifyPorts {
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The stream delivers a failed batch again at once. */
const PAUSE_MS = 5_000;

/**
 * Brings the chat up to date with every item that changed, each once however often it changed. When the chat cannot be reached,
 * the batch ends there after a pause, and the stream delivers from that record again until it works. What the chat refuses for good is only
 * logged, so that it holds up nothing else.
 */
export async function handleBatch(event: TableStreamEvent, ports: BatchPorts): Promise<BatchResponse> {
  for (const { subject, sequenceNumber } of changesIn(event)) {
    try {
      for (const each of messagesOf(subject)) {
        const outcome = await notify(each, ports);
        if (outcome !== 'unchanged') ports.log.info('chat-followed', { ...each, outcome });
      }
    } catch (error) {
      ports.log.error('chat-not-followed', { ...subject, reason: String(error) });
      // A person who has no answer asks again: what all others see does not wait for it.
      if (!mayPass(error) || subject.type === 'reply') continue;
      await ports.sleep(PAUSE_MS);
      return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}

/** The question comes first: what tells that nobody has answered it has a link to it. */
function messagesOf(subject: MessageSubject): readonly MessageSubject[] {
  return subject.type === 'approval' ? [subject, { ...subject, type: 'escalation' }] : [subject];
}

function changesIn({ Records }: TableStreamEvent): readonly Change[] {
  const changes = new Map<string, Change>();
  for (const { dynamodb } of Records) {
    const { pk, sk } = dynamodb.Keys;
    const subject = subjectOf({ pk: pk.S, sk: sk.S });
    if (subject !== undefined && !changes.has(pk.S))
      changes.set(pk.S, { subject, sequenceNumber: dynamodb.SequenceNumber });
  }
  return [...changes.values()];
}

/** A secret or a channel that a person has to put right counts as well: nothing is lost meanwhile. */
function mayPass(error: unknown): boolean {
  return error instanceof RestitchError && (error.retryable || error.code === 'configuration');
}
