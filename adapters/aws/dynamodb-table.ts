import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createItemMemory } from './item-memory.ts';
import { readsTogether } from './reads-together.ts';
import { createTableRequests, type Expected, type Item, type Key, type TableRequests } from './table-requests.ts';

export type { Item, Key } from './table-requests.ts';

/** The single-item operations that the stores are built from. Throws `RestitchError` (code `store`). */
export interface Table extends Pick<TableRequests, 'query' | 'list'> {
  /** The item as it is now. Reads that are made at the same time are one request. */
  get(key: Key): Promise<Item | undefined>;
  put(key: Key, item: Item, expected: Expected): Promise<boolean>;
  /**
   * The item as this process has read or written it last, which may be out of date: good for nothing but a write that expects
   * its version. Undefined: not known; `item` is undefined where there was none.
   */
  recall(key: Key): { readonly item: Item | undefined } | undefined;
}

export function createTable(client: DynamoDBDocumentClient, tableName: string): Table {
  return createTableOver(createTableRequests(client, tableName));
}

/** `memory`: what the process knows of the table. */
export function createTableOver(requests: TableRequests, memory = createItemMemory()): Table {
  const get = readsTogether(requests);
  return {
    query: requests.query,
    list: requests.list,
    recall: memory.recall,
    get: async (key) => {
      const item = await get(key);
      memory.keep(key, item);
      return item;
    },
    put: async (key, item, expected) => {
      // Until the answer comes, and where none comes, nobody knows what is stored.
      memory.forget(key);
      const won = await requests.put(key, item, expected);
      if (won) memory.keep(key, { ...item, ...key });
      return won;
    },
  };
}
