import * as z from 'zod';
import type { Records } from '../../core/safety/records.ts';
import { changeItem } from './change-item.ts';
import type { Item, Key, Table } from './dynamodb-table.ts';
import { nextVersion, parseItem } from './parse-item.ts';

/** One kind of record in the table: `<prefix>#<key>`, listed under `listing`. */
export interface RecordKind<T> {
  readonly prefix: string;
  readonly listing: string;
  readonly Stored: z.ZodType<{ readonly record: T }>;
}

/** Called once for each kind: a schema is compiled when it parses for the first time. */
export function recordKind<T>(prefix: string, listing: string, schema: z.ZodType<T>): RecordKind<T> {
  return { prefix, listing, Stored: z.object({ record: schema }) };
}

/** Records in the single table, one item each, changed by compare-and-set. */
export function createRecords<T>(table: Table, { prefix, listing, Stored }: RecordKind<T>): Records<T> {
  const keyOf = (key: string): Key => ({ pk: `${prefix}#${key}`, sk: 'RECORD' });
  const recordIn = (item: Item | undefined) => (item === undefined ? undefined : parseItem(Stored, item).record);
  return {
    get: async (key) => recordIn(await table.get(keyOf(key))),
    change: (key, change) =>
      changeItem<T | undefined>(table, keyOf(key), (item) => {
        const current = recordIn(item);
        const record = change(current);
        if (record === undefined) return { type: 'leave', result: current };
        return { type: 'put', item: { record, version: nextVersion(item), list: listing, at: 0 }, result: record };
      }),
    list: async () => (await table.list(listing)).map((item) => parseItem(Stored, item).record),
  };
}
