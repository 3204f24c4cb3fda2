import * as z from 'zod';
import { subjectOf } from '../adapters/aws/dynamodb-shown-messages.ts';
import type { MessageSubject } from '../core/incident/shown-messages.ts';
import type { Log } from '../core/log.ts';
import { RestitchError } from '../core/restitch-error.ts';
import type { BatchResponse } from './dispatch/handle-batch.ts';

const Text = z.object({ S: z.string() });

/** What is read of an event of the table's stream: which items changed, in their order. */
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

/** Who follows the table, and brings something outside up to date with it. */
export interface Follower {
  /** Throws `RestitchError` where the outside cannot be reached, or refuses. */
  readonly follow: (subject: MessageSubject) => Promise<void>;
  /** The event in the log of what could not be followed. */
  readonly failure: string;
  /** Whether what comes later must wait for this one. */
  readonly holdsUpOthers: (subject: MessageSubject) => boolean;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly log: Log;
}

/** The stream delivers a failed batch again at once. */
const PAUSE_MS = 5_000;

/**
 * Follows every item that changed, each once however often it changed. When the outside cannot be reached, the batch ends there after a
 * pause, and the stream delivers from that record again until it works. What is refused for good is only logged, so that it holds up
 * nothing else.
 */
export async function followTable(event: TableStreamEvent, follower: Follower): Promise<BatchResponse> {
  const { follow, failure, holdsUpOthers, sleep, log } = follower;
  for (const { subject, sequenceNumber } of changesIn(event)) {
    try {
      await follow(subject);
    } catch (error) {
      log.error(failure, { ...subject, reason: String(error) });
      if (!mayPass(error) || !holdsUpOthers(subject)) continue;
      await sleep(PAUSE_MS);
      return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
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

/** A secret or an address that a person has to put right counts as well: nothing is lost meanwhile. */
function mayPass(error: unknown): boolean {
  return error instanceof RestitchError && (error.retryable || error.code === 'configuration');
}
