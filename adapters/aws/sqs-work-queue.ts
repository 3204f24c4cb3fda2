import { hash } from 'node:crypto';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { targetKey } from '../../core/alert/target.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import type { WorkQueue } from '../../core/alert/work-queue.ts';
import { toRestitchError } from './aws-error.ts';

/** SendMessageBatch takes ten entries and 1 MiB in all; intake keeps a work item under 10 KiB. */
const BATCH = 10;
/** A batch is sent once, and entries that SQS rejected once more. After that Alertmanager sends the whole webhook again. */
const ATTEMPTS = 2;

/** SQS FIFO: one group per target, so that the alerts of one node are worked in order and nodes do not wait for each other. */
export function createSqsWorkQueue(client: SQSClient, queueUrl: string): WorkQueue {
  return {
    send: async (items) => {
      const rejected = await Promise.all(lanesOf(items).map((lane) => sendInOrder(client, queueUrl, lane)));
      return rejected.flat();
    },
  };
}

/**
 * A mass outage is thousands of items. They are sent in this many lanes at once, which is one request each for a hundred alerts;
 * a target has one lane, and so keeps its order.
 */
const LANES = 10;

function lanesOf(items: readonly WorkItem[]): readonly (readonly WorkItem[])[] {
  const laneOf = new Map<string, number>();
  const lanes = Array.from({ length: LANES }, (): WorkItem[] => []);
  // Items of one batch as they come fill one lane's batches; a target that was seen before stays in its lane.
  for (const [index, item] of items.entries()) {
    const key = targetKey(item.target);
    const lane = laneOf.get(key) ?? Math.floor(index / BATCH) % LANES;
    laneOf.set(key, lane);
    lanes[lane]?.push(item);
  }
  return lanes.filter((lane) => lane.length > 0);
}

/** Sends one batch after the other. Returns the items that were not accepted. */
async function sendInOrder(
  client: SQSClient,
  queueUrl: string,
  items: readonly WorkItem[],
): Promise<readonly WorkItem[]> {
  const rejected: WorkItem[] = [];
  for (let from = 0; from < items.length; from += BATCH) {
    let left: readonly WorkItem[] = items.slice(from, from + BATCH);
    for (let attempt = 1; attempt <= ATTEMPTS && left.length > 0; attempt++) {
      left = await sendBatch(client, queueUrl, left);
    }
    rejected.push(...left);
  }
  return rejected;
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
    // Only entries that SQS lists as successful are stored.
    const stored = new Set((output.Successful ?? []).map(({ Id }) => Id));
    return items.filter((_, index) => !stored.has(String(index)));
  } catch (error) {
    throw toRestitchError('queue', error);
  }
}

/**
 * SQS refuses a message with characters outside XML 1.0, and some of its stand-ins refuse every emoji: Alertmanager would
 * send such an alert again for ever. So every character but printable ASCII is escaped. In JSON they occur inside strings
 * only, where `\u` escapes are allowed.
 */
function toMessageBody(item: WorkItem): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(item).replaceAll(/[^\x20-\x7e]/g, escaped);
}

/** SQS allows 128 characters of a limited alphabet. Targets that do not fit are hashed, so they still get a group each. */
function groupOf({ target }: WorkItem): string {
  const key = targetKey(target);
  return /^[\x21-\x7e]{1,128}$/.test(key) ? key : sha256(key);
}

/**
 * The same alert in the same state, sent twice within SQS's five minutes, is one message: Alertmanager repeats whole
 * groups, and pairs of it deliver twice. No delivery that is needed gets lost that way:
 * - SQS remembers an id only for a message that it stored, so the resend after a 503 gets in;
 * - a message that dispatch could not handle is still in the queue, or in its dead-letter queue with an alarm;
 * - another episode (`startsAt`) or status gives another id. The target is part of the id because two clusters whose alerts
 *   carry no cluster label can produce the same fingerprint.
 */
function deduplicationOf({ target, fingerprint, startsAt, status, wake }: WorkItem): string {
  const woken = wake === undefined ? [] : [`wake ${wake.run}`];
  return sha256([targetKey(target), fingerprint, startsAt, status, ...woken].join('\n'));
}

function sha256(text: string): string {
  return hash('sha256', text);
}
