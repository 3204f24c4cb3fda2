import { type BatchGetCommandInput, type BatchGetCommandOutput, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createTableRequests, type Key } from '../../../adapters/aws/table-requests.ts';

const keys: readonly Key[] = ['a', 'b', 'c'].map((pk) => ({ pk, sk: 'RECORD' }));

/** A table with capacity for so many items of each request. */
function tableWithRoomFor(most: number) {
  const asked: string[][] = [];
  const send = async ({ input }: { readonly input: BatchGetCommandInput }): Promise<BatchGetCommandOutput> => {
    const { Keys = [], ConsistentRead } = input.RequestItems?.['incidents'] ?? {};
    expect(ConsistentRead).toBe(true);
    asked.push(Keys.map(({ pk }) => String(pk)));
    const left = Keys.slice(most);
    return {
      $metadata: {},
      Responses: { incidents: Keys.slice(0, most).filter(({ pk }) => pk !== 'b') },
      ...(left.length === 0 ? {} : { UnprocessedKeys: { incidents: { Keys: left } } }),
    };
  };
  const client = Object.assign(Object.create(DynamoDBDocumentClient.prototype), { send });
  return { asked, requests: createTableRequests(client, 'incidents') };
}

describe('a write', () => {
  it('replaces halves of surrogate pairs, which DynamoDB refuses, and leaves bytes alone', async () => {
    const sent: unknown[] = [];
    const send = async ({ input }: { readonly input: unknown }) => void sent.push(input);
    const client = Object.assign(Object.create(DynamoDBDocumentClient.prototype), { send });
    const entry = Buffer.from([0xed, 0xa0, 0x80]);
    const item = { summary: 'cut \ud83d', lines: ['\udc00x', '😀'], byName: { '\ud800': null }, at: 1, entry };
    await createTableRequests(client, 'incidents').put({ pk: 'A#\ud800', sk: 'RECORD' }, item, { type: 'free' });
    const stored = { summary: 'cut \ufffd', lines: ['\ufffdx', '😀'], byName: { '\ufffd': null }, at: 1, entry };
    expect(sent).toMatchObject([{ Item: { ...stored, pk: 'A#\ufffd', sk: 'RECORD' } }]);
  });
});

describe('a read of many items', () => {
  it('asks again for those that were not processed, and answers in the order of the keys', async () => {
    const { asked, requests } = tableWithRoomFor(2);
    expect(await requests.getMany(keys)).toEqual([keys[0], undefined, keys[2]]);
    expect(asked).toEqual([['a', 'b', 'c'], ['c']]);
  });

  it('says so where the table never has room', async () => {
    const { requests } = tableWithRoomFor(0);
    await expect(requests.getMany(keys)).rejects.toMatchObject({ code: 'store', retryable: true });
  });
});
