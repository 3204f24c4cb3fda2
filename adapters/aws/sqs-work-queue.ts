import { createHash } from 'node:crypto';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { targetKey } from '../../core/alert/target.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import type { WorkQueue } from '../../core/alert/work-queue.ts';
import { toRestitchError } from './aws-error.ts';

/** SendMessageBatch takes ten entries. */
const BATCH = 10;

/** SQS FIFO: one group per target, so that the alerts of one node are worked in order and nodes do not wait for each other. */
export function createSqsWorkQueue(client: SQSClient, queueUrl: string): WorkQueue {
  return {
    send: async (items) => {
      const rejected: WorkItem[] = [];
      for (let from = 0; from < items.length; from += BATCH) {
        rejected.push(...(await sendBatch(client, queueUrl, items.slice(from, from + BATCH))));
      }
      return rejected;
    },
  };
}

async function sendBatch(
  client: SQSClient,
  queueUrl: string,
  items: readonly WorkItem[],
): Promise<readonly WorkItem[]> {
  const entries = items.map((item, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify(item),
    MessageGroupId: groupOf(item),
    MessageDeduplicationId: deduplicationOf(item),
  }));
  try {
    const output = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    const failed = new Set((output.Failed ?? []).map(({ Id }) => Id));
    return items.filter((_, index) => failed.has(String(index)));
  } catch (error) {
    throw toRestitchError('queue', error);
  }
}

/** At most 128 characters of a limited alphabet: long or unusual targets are hashed, which keeps them apart all the same. */
function groupOf({ target }: WorkItem): string {
  const key = targetKey(target);
  return /^[\x21-\x7e]{1,128}$/.test(key) ? key : sha256(key);
}

/**
 * The same alert in the same state, sent twice within SQS's five minutes, is one message: Alertmanager repeats whole
 * groups, and pairs of it deliver twice. SQS remembers an id only for a message that it stored, so a resend after a 503
 * is never swallowed.
 */
function deduplicationOf({ target, fingerprint, startsAt, status }: WorkItem): string {
  return sha256([targetKey(target), fingerprint, startsAt, status].join('\n'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
