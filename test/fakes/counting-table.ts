import type { Item, TableRequests } from '../../adapters/aws/table-requests.ts';
import { createInMemoryTable } from './in-memory-table.ts';

/** A table in memory that counts. Bytes are those of the item as JSON, binary values by their length. */
export interface CountingTable extends TableRequests {
  /** The largest item that was ever written, in bytes. */
  readonly largestItem: () => number;
  /** Bytes that were read since the last call. */
  readonly takeBytesRead: () => number;
}

export function createCountingTable(): CountingTable {
  const table = createInMemoryTable();
  let largest = 0;
  let read = 0;
  const counted = (found: readonly Item[]): readonly Item[] => {
    for (const item of found) read += bytesOf(item);
    return structuredClone(found);
  };
  const countedOne = (found: Item | undefined) => (found === undefined ? undefined : counted([found])[0]);
  return {
    largestItem: () => largest,
    takeBytesRead: () => {
      const taken = read;
      read = 0;
      return taken;
    },
    get: async (key) => countedOne(await table.get(key)),
    getMany: async (keys) => (await table.getMany(keys)).map(countedOne),
    put: async (key, item, expected) => {
      const isStored = await table.put(key, structuredClone(item), expected);
      if (isStored) largest = Math.max(largest, bytesOf({ ...item, ...key }));
      return isStored;
    },
    query: async (pk, prefix) => counted(await table.query(pk, prefix)),
    list: async (listing, limit, after) => counted(await table.list(listing, limit, after)),
  };
}

export function bytesOf(item: Item): number {
  let binary = 0;
  const text = JSON.stringify(item, (_, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    binary += value.length;
    return '';
  });
  return binary + Buffer.byteLength(text);
}
