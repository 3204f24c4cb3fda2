import * as z from 'zod';
import type { Records } from '../../core/safety/records.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { parseItem, untilWon } from './parse-item.ts';

const Version = z.object({ version: z.int() });

/** One kind of record in the table: `<prefix>#<key>`, listed under `listing`. */
export interface RecordKind<T> {
  readonly prefix: string;
  readonly listing: string;
  readonly schema: z.ZodType<T>;
}

/** Records in the single table, one item each, changed by compare-and-set. */
export function createRecords<T>(table: Table, { prefix, listing, schema }: RecordKind<T>): Records<T> {
  const Stored = z.object({ record: schema });
  const keyOf = (key: string): Key => ({ pk: `${prefix}#${key}`, sk: 'RECORD' });
  const read = async (key: string) => {
    const item = await table.get(keyOf(key));
    if (item === undefined) return undefined;
    return { record: parseItem(Stored, item).record, version: parseItem(Version, item).version };
  };
  return {
    get: async (key) => (await read(key))?.record,
    change: (key, change) =>
      untilWon<T | undefined>(async () => {
        const current = await read(key);
        const record = change(current?.record);
        if (record === undefined) return { won: current?.record };
        const won = await table.put(
          keyOf(key),
          { record, version: (current?.version ?? 0) + 1, list: listing, at: 0 },
          current === undefined ? { type: 'free' } : { type: 'version', version: current.version },
        );
        return won ? { won: record } : 'lost';
      }),
    list: async () => (await table.list(listing)).map((item) => parseItem(Stored, item).record),
  };
}
