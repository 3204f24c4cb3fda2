import { RestitchError } from '../../core/restitch-error.ts';
import type { Item, Key, Table } from './dynamodb-table.ts';
import { versionOf } from './parse-item.ts';

/** What becomes of an item, and what its caller is told then. */
export type ItemChange<T> =
  | { readonly type: 'put'; readonly item: Item; readonly result: T }
  /** It stays as it is. */
  | { readonly type: 'leave'; readonly result: T };

const MOST_RACES = 12;

/**
 * Reads, changes and writes back by compare-and-set, until no other writer was first. What the process remembers of the item is
 * enough for a write, which fails where it is out of date. It is not enough to leave the item alone: that is decided on the
 * item as it is now. So `decide` may be asked several times, and must be pure.
 */
export async function changeItem<T>(
  table: Table,
  key: Key,
  decide: (item: Item | undefined) => ItemChange<T>,
): Promise<T> {
  const known = table.recall(key);
  if (known !== undefined) {
    const change = decide(known.item);
    if (change.type === 'put' && (await put(table, key, known.item, change.item))) return change.result;
  }
  return untilWon<T>(async () => {
    const item = await table.get(key);
    const change = decide(item);
    return change.type === 'leave' || (await put(table, key, item, change.item)) ? { won: change.result } : 'lost';
  });
}

/** Repeats a read-change-write after a lost compare-and-set, with growing random pauses. Throws after `MOST_RACES` losses. */
export async function untilWon<T>(attempt: () => Promise<{ readonly won: T } | 'lost'>): Promise<T> {
  for (let race = 1; race <= MOST_RACES; race++) {
    const result = await attempt();
    if (result !== 'lost') return result.won;
    await new Promise((resolve) => {
      setTimeout(resolve, Math.random() * Math.min(10 * 2 ** race, 1_000));
    });
  }
  throw new RestitchError('store', `lost ${MOST_RACES} races for one item`, { retryable: true });
}

function put(table: Table, key: Key, before: Item | undefined, item: Item): Promise<boolean> {
  return table.put(
    key,
    item,
    before === undefined ? { type: 'free' } : { type: 'version', version: versionOf(before) },
  );
}
