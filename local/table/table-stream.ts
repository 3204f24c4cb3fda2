import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Key } from '../../adapters/aws/dynamodb-table.ts';
import type { Log } from '../../core/log.ts';
import type { BatchResponse } from '../../functions/dispatch/handle-batch.ts';
import type { TableStreamEvent } from '../../functions/follow-table.ts';

export interface TableStream {
  /** An item changed before the stream was there. */
  add(key: Key): void;
  /** Delivers from now on to this handler. */
  start(handler: (event: TableStreamEvent) => Promise<BatchResponse>): void;
  stop(): Promise<void>;
}

const BATCH = 25;
/** Changes of this time are delivered together. */
const WINDOW_MS = 200;
const PAUSE_AFTER_ERROR_MS = 1_000;

/** A key as the document client takes it, or as it is sent. */
const Text = z.union([z.string(), z.object({ S: z.string() }).transform(({ S }) => S)]);
const Put = z.object({ Item: z.object({ pk: Text, sk: Text }) });

/**
 * DynamoDB's stream of keys and Lambda's event source mapping with ReportBatchItemFailures, for the items that this client
 * writes: in order, from the first failed one again until it works. Changes of one item that wait together are one. Nothing is
 * kept on disk: after a start, `add` what may have changed before. `name`: of several streams of one client.
 */
export function openTableStream(client: DynamoDBClient, log: Log, name = 'tableStream'): TableStream {
  const waiting = new Map<string, Key>();
  const stopping = new AbortController();
  let running = Promise.resolve();
  const add = (key: Key) => void waiting.set(`${key.pk}\n${key.sk}`, key);
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const put = context['commandName'] === 'PutItemCommand' ? Put.safeParse(args.input) : undefined;
      if (put?.success === true) add(put.data.Item);
      return result;
    },
    { step: 'initialize', name },
  );

  async function deliver(handler: (event: TableStreamEvent) => Promise<BatchResponse>): Promise<void> {
    while (!stopping.signal.aborted) {
      await sleep(WINDOW_MS);
      const batch = [...waiting.values()].slice(0, BATCH);
      if (batch.length === 0) continue;
      for (const { pk, sk } of batch) waiting.delete(`${pk}\n${sk}`);
      try {
        const { batchItemFailures } = await handler({ Records: batch.map(toRecord) });
        const [failed] = batchItemFailures;
        if (failed !== undefined) for (const key of batch.slice(Number(failed.itemIdentifier))) add(key);
      } catch (error) {
        log.error('table-stream-failed', { reason: String(error) });
        for (const key of batch) add(key);
        await sleep(PAUSE_AFTER_ERROR_MS);
      }
    }
  }

  return {
    add,
    start: (handler) => {
      running = deliver(handler);
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** The sequence number is the place in the batch. */
function toRecord({ pk, sk }: Key, index: number): TableStreamEvent['Records'][number] {
  return { dynamodb: { SequenceNumber: String(index), Keys: { pk: { S: pk }, sk: { S: sk } } } };
}
