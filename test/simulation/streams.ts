import { handleBatch } from '../../functions/notify/handle-batch.ts';
import type { World } from './world.ts';

type Disturbance = 'lost' | 'twice' | 'last-first';

/** As in the stack. */
const BATCH = 10;
/** A batch that failed is delivered again after a pause. */
const AGAIN_SECONDS = 5;
/** Events that get lost together. */
const LOST = 3;

/** The stream of the table: brings changes to the notifier, in order and again until it works, unless it is disturbed. */
export function createStreams({ chain, begin, truth, pool, at, clock }: World) {
  let position = 0;
  /** The batch that is being delivered. */
  let busy: string | undefined;
  let batches = 0;
  let next: Disturbance | undefined;

  function take() {
    const due = truth.changes
      .slice(position, position + BATCH)
      .map((change, index) => ({ ...change, sequence: position + index }));
    const how = next;
    next = undefined;
    if (how === 'lost') return due.slice(LOST);
    if (how === 'twice') return [...due, ...due];
    return how === 'last-first' ? due.toReversed() : due;
  }

  const end = (actor: string) => {
    if (busy === actor) busy = undefined;
  };

  async function deliver(actor: string): Promise<void> {
    const until = Math.min(position + BATCH, truth.changes.length);
    const records = take();
    const ports = { ...chain.seenBy('notify'), log: chain.log, sleep: pool.sleep, clock: clock.now };
    const Records = records.map(({ pk, sk, sequence }) => ({
      dynamodb: { SequenceNumber: String(sequence), Keys: { pk: { S: pk }, sk: { S: sk } } },
    }));
    const { batchItemFailures } = await handleBatch({ Records }, ports);
    const failed = batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
    position = failed.length === 0 ? until : Math.min(...failed);
    if (failed.length === 0) end(actor);
    else at(AGAIN_SECONDS, () => end(actor));
  }

  return {
    disturb: (how: Disturbance) => {
      next = how;
    },
    /** Begins the next batch, one at a time. After a death the stream delivers again a minute later. */
    look: () => {
      if (busy !== undefined || position >= truth.changes.length) return;
      const actor = `notify-${++batches}`;
      busy = actor;
      begin(actor, () => deliver(actor));
      at(60, () => {
        if (!pool.isAlive(actor)) end(actor);
      });
    },
    isIdle: () => busy === undefined && position >= truth.changes.length,
  };
}

export type Streams = ReturnType<typeof createStreams>;
