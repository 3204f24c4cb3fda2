import { createHash } from 'node:crypto';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { targetKey } from '../../core/alert/target.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import type { WorkQueue } from '../../core/alert/work-queue.ts';
import { toRestitchError } from './aws-error.ts';

/** SendMessageBatch takes ten entries and 1 MiB in all; intake keeps a work item under 10 KiB. */
const BATCH = 10;
/** How often what a batch did not accept is offered again. The whole webhook comes again anyway. */
const ATTEMPTS = 2;

/** SQS FIFO: one group per target, so that the alerts of one node are worked in order and nodes do not wait for each other. */
export function createSqsWorkQueue(client: SQSClient, queueUrl: string): WorkQueue {
  return {
    send: async (items) => {
      const rejected: WorkItem[] = [];
      for (let from = 0; from < items.length; from += BATCH) {
        let left: readonly WorkItem[] = items.slice(from, from + BATCH);
        for (let attempt = 1; attempt <= ATTEMPTS && left.length > 0; attempt++) {
          left = await sendBatch(client, queueUrl, left);
        }
        rejected.push(...left);
      }
      return rejected;
    },
  };
}

/** Returns the items that SQS did not accept. */
async function sendBatch(
  client: SQSClient,
  queueUrl: string,
  items: readonly WorkItem[],
): Promise<readonly WorkItem[]> {
  const entries = items.map((item, index) => ({
    Id: String(index),
    MessageBody: toMessageBody(item),
    MessageGroupId: groupOf(item),
    MessageDeduplicationId: deduplicationOf(item),
  }));
  try {
    const output = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    // Only what SQS names as stored is stored.
    const stored = new Set((output.Successful ?? []).map(({ Id }) => Id));
    return items.filter((_, index) => !stored.has(String(index)));
  } catch (error) {
    throw toRestitchError('queue', error);
  }
}

/**
 * SQS refuses a message with characters outside XML 1.0, and some of its stand-ins refuse every emoji: such an alert would
 * be sent again for ever. All but plain ASCII is escaped, which JSON can do inside strings, where it alone can occur.
 */
function toMessageBody(item: WorkItem): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(item).replaceAll(/[^\x20-\x7e]/g, escaped);
}

/** At most 128 characters of a limited alphabet: long or unusual targets are hashed, which keeps them apart all the same. */
function groupOf({ target }: WorkItem): string {
  const key = targetKey(target);
  return /^[\x21-\x7e]{1,128}$/.test(key) ? key : sha256(key);
}

/**
 * The same alert in the same state, sent twice within SQS's five minutes, is one message: Alertmanager repeats whole
 * groups, and pairs of it deliver twice. That never swallows a delivery that is needed:
 * - SQS remembers an id only for a message that it stored, so the resend after a 503 gets in;
 * - a message that dispatch could not work is still in the queue, or in its dead-letter queue with an alarm;
 * - another episode (`startsAt`) or state is another id; the target is part of it, as equal labels of two clusters that
 *   name their cluster only in the configuration have equal fingerprints.
 */
function deduplicationOf({ target, fingerprint, startsAt, status }: WorkItem): string {
  return sha256([targetKey(target), fingerprint, startsAt, status].join('\n'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
