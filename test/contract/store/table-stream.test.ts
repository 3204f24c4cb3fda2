import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTable, type Table } from '../../../adapters/aws/dynamodb-table.ts';
import type { BatchResponse } from '../../../functions/dispatch/handle-batch.ts';
import type { TableStreamEvent } from '../../../functions/follow-table.ts';
import { startEmbeddedDynamoDb } from '../../../local/table/embedded-dynamodb.ts';
import { ensureTable } from '../../../local/table/ensure-table.ts';
import { openTableStream } from '../../../local/table/table-stream.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const closers: (() => Promise<unknown>)[] = [];
let url = '';

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-stream-'));
  const server = await startEmbeddedDynamoDb(folder);
  url = server.url;
  await ensureTable(new DynamoDBClient(clientOptions(url)), 'restitch');
  closers.push(server.close, () => rm(folder, { recursive: true, force: true }));
});

afterAll(async () => {
  for (const close of closers) await close();
});

let table: Table;
let stream: ReturnType<typeof openTableStream>;

beforeEach(() => {
  const client = new DynamoDBClient(clientOptions(url));
  stream = openTableStream(client, createRecordingLog());
  table = createTable(DynamoDBDocumentClient.from(client), 'restitch');
});

/** Keeps what is delivered; the first answers are given, the rest is success. */
function collect(...answers: readonly (BatchResponse | Error)[]) {
  const left = [...answers];
  const batches: string[][] = [];
  stream.start(async ({ Records }: TableStreamEvent) => {
    batches.push(Records.map(({ dynamodb }) => `${dynamodb.Keys.pk.S}/${dynamodb.Keys.sk.S}`));
    const answer = left.shift() ?? { batchItemFailures: [] };
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return batches;
}

describe('the stream of the local table', () => {
  it('delivers the keys of what was written, in order, and a changed item once', async () => {
    await table.put({ pk: 'A1', sk: 'RECORD' }, { version: 1 }, { type: 'free' });
    await table.put({ pk: 'A2', sk: 'RECORD' }, { version: 1 }, { type: 'free' });
    await table.put({ pk: 'A1', sk: 'RECORD' }, { version: 2 }, { type: 'version', version: 1 });
    const batches = collect();
    await vi.waitFor(() => expect(batches).toEqual([['A1/RECORD', 'A2/RECORD']]));
    await stream.stop();
  });

  it('says nothing of a write that lost its race', async () => {
    await table.put({ pk: 'B1', sk: 'RECORD' }, { version: 1 }, { type: 'free' });
    const batches = collect();
    await vi.waitFor(() => expect(batches).toHaveLength(1));
    expect(await table.put({ pk: 'B1', sk: 'RECORD' }, { version: 1 }, { type: 'free' })).toBe(false);
    await table.put({ pk: 'B2', sk: 'RECORD' }, { version: 1 }, { type: 'free' });
    await vi.waitFor(() => expect(batches).toEqual([['B1/RECORD'], ['B2/RECORD']]));
    await stream.stop();
  });

  it.each([
    ['from the first failed record on', { batchItemFailures: [{ itemIdentifier: '1' }] }, ['C2/S', 'C3/S']],
    ['whole, when the handler throws', new Error('broken'), ['C1/S', 'C2/S', 'C3/S']],
  ])('delivers a failed batch again %s', async (_, answer, again) => {
    for (const pk of ['C1', 'C2', 'C3']) stream.add({ pk, sk: 'S' });
    const batches = collect(answer);
    await vi.waitFor(() => expect(batches).toEqual([['C1/S', 'C2/S', 'C3/S'], again]), 5_000);
    await stream.stop();
  });
});
