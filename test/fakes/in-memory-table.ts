import type { Item, TableRequests } from '../../adapters/aws/table-requests.ts';

export interface InMemoryTable extends TableRequests {
  readonly isAnyListed: (listing: string) => boolean;
}

/**
 * A table in memory. What it stores is frozen, and so handed out without a copy: whoever changes an item that was read or written
 * fails, where the real table would not have noticed.
 */
export function createInMemoryTable(): InMemoryTable {
  /** By partition key, then by sort key. */
  const partitions = new Map<string, Map<string, Item>>();
  const find = (pk: string, sk: string) => partitions.get(pk)?.get(sk);
  return {
    isAnyListed: (listing) =>
      [...partitions.values()].some((partition) => [...partition.values()].some(({ list }) => list === listing)),
    get: async ({ pk, sk }) => find(pk, sk),
    getMany: async (keys) => keys.map(({ pk, sk }) => find(pk, sk)),
    put: async ({ pk, sk }, item, expected) => {
      const current = find(pk, sk);
      const isAsExpected = expected.type === 'free' ? current === undefined : current?.['version'] === expected.version;
      if (!isAsExpected) return false;
      const partition = partitions.get(pk) ?? new Map<string, Item>();
      partitions.set(pk, partition.set(sk, frozen({ ...item, pk, sk })));
      return true;
    },
    query: async (pk, prefix) =>
      [...(partitions.get(pk)?.values() ?? [])]
        .filter(({ sk }) => String(sk).startsWith(prefix))
        .toSorted((a, b) => (String(a['sk']) < String(b['sk']) ? -1 : 1)),
    list: async (listing, limit, after) => {
      const all = [...partitions.values()]
        .flatMap((partition) => [...partition.values()].filter(({ list }) => list === listing))
        .toSorted((a, b) => Number(b['at']) - Number(a['at']) || (String(a['pk']) < String(b['pk']) ? -1 : 1));
      const from = after === undefined ? 0 : all.findIndex(({ pk, sk }) => pk === after.pk && sk === after.sk) + 1;
      return all.slice(from, limit === undefined ? undefined : from + limit);
    },
  };
}

/** Bytes cannot be frozen. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || Object.isFrozen(value))
    return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
