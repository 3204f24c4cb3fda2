import type { Item, TableRequests } from '../../adapters/aws/table-requests.ts';

/** A table in memory that counts. Bytes are those of the item as JSON, binary values by their length. */
export interface CountingTable extends TableRequests {
  /** The largest item that was ever written, in bytes. */
  readonly largestItem: () => number;
  /** Bytes that were read since the last call. */
  readonly takeBytesRead: () => number;
}

export function createCountingTable(): CountingTable {
  const items = new Map<string, Item>();
  let largest = 0;
  let read = 0;
  const keyOf = (pk: unknown, sk: unknown) => `${String(pk)}\n${String(sk)}`;
  const counted = (found: readonly Item[]): readonly Item[] => {
    for (const item of found) read += bytesOf(item);
    return structuredClone(found);
  };
  const sorted = () => [...items.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  return {
    largestItem: () => largest,
    takeBytesRead: () => {
      const taken = read;
      read = 0;
      return taken;
    },
    get: async ({ pk, sk }) => counted([items.get(keyOf(pk, sk)) ?? []].flat())[0],
    getMany: async (keys) => keys.map(({ pk, sk }) => counted([items.get(keyOf(pk, sk)) ?? []].flat())[0]),
    put: async ({ pk, sk }, item, expected) => {
      const current = items.get(keyOf(pk, sk));
      const isAsExpected = expected.type === 'free' ? current === undefined : current?.['version'] === expected.version;
      if (!isAsExpected) return false;
      const stored = structuredClone({ ...item, pk, sk });
      largest = Math.max(largest, bytesOf(stored));
      items.set(keyOf(pk, sk), stored);
      return true;
    },
    query: async (pk, prefix) =>
      counted(sorted().filter((item) => item['pk'] === pk && String(item['sk']).startsWith(prefix))),
    list: async (listing, limit, after) => {
      const all = sorted()
        .filter((item) => item['list'] === listing)
        .toSorted((a, b) => Number(b['at']) - Number(a['at']));
      const from = after === undefined ? 0 : all.findIndex(({ pk, sk }) => pk === after.pk && sk === after.sk) + 1;
      return counted(all.slice(from, limit === undefined ? undefined : from + limit));
    },
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
