import { targetKey } from '../../core/alert/target.ts';
import type { WorkItem } from '../../core/alert/work-item.ts';
import type { BatchResponse, SqsEvent } from '../../functions/dispatch/handle-batch.ts';

/** As in the stack: six times the time-out of dispatch, and five attempts. */
const VISIBILITY_MS = 180_000;
const MOST_RECEIVES = 5;

interface Message {
  readonly id: string;
  readonly item: WorkItem;
  receives: number;
  visibleAt: number;
}

/**
 * Lambda's event source of the queue: in order within a group, again after the visibility time-out, and at last to the
 * dead-letter queue. `now` is epoch milliseconds.
 */
export function createFakeEventSource(sent: readonly WorkItem[], now: () => number) {
  let waiting: Message[] = [];
  let taken = 0;
  const dead: WorkItem[] = [];
  /** The first of each group whose turn it is, with what waits behind it. */
  const due = (): readonly Message[] => {
    const blocked = new Set<string>();
    return waiting.filter(({ item, visibleAt }) => {
      const group = targetKey(item.target);
      if (visibleAt > now()) blocked.add(group);
      return !blocked.has(group);
    });
  };
  return {
    /** What was given up. */
    dead,
    /** Nothing waits for its first or its next delivery. */
    isEmpty: () => waiting.length === 0 && taken === sent.length,
    /** Hands over everything that is due, in one batch. */
    deliver: async (handle: (event: SqsEvent) => Promise<BatchResponse>): Promise<void> => {
      for (const item of sent.slice(taken))
        waiting.push({ id: String(taken++), item, receives: 0, visibleAt: Number.NEGATIVE_INFINITY });
      const batch = due();
      if (batch.length === 0) return;
      const { batchItemFailures } = await handle({ Records: batch.map(recordOf) });
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      waiting = waiting.filter((message) => !batch.includes(message) || failed.has(message.id));
      for (const message of batch.filter(({ id }) => failed.has(id))) {
        message.receives += 1;
        message.visibleAt = now() + VISIBILITY_MS;
        if (message.receives < MOST_RECEIVES) continue;
        dead.push(message.item);
        waiting = waiting.filter((other) => other !== message);
      }
    },
  };
}

function recordOf({ id, item }: Message): SqsEvent['Records'][number] {
  return { messageId: id, body: JSON.stringify(item), attributes: { MessageGroupId: targetKey(item.target) } };
}
