import { type Item, type Key, nameOf } from './table-requests.ts';

/** What a process remembers of the items that it has read and written. */
export interface ItemMemory {
  recall(key: Key): { readonly item: Item | undefined } | undefined;
  /** `item`: undefined where there is none. */
  keep(key: Key, item: Item | undefined): void;
  forget(key: Key): void;
}

/** An incident at work has about ten. */
const MOST_ITEMS = 500;
/** A table that is restored from a backup counts its versions anew: by then nothing of the lost one is remembered. */
const LIFETIME_MS = 60_000;

/** Remembers the latest items that are changed by compare-and-set. Large entries of receipts are written once, and are none of them. */
export function createItemMemory(now: () => number = () => performance.now()): ItemMemory {
  const items = new Map<string, { readonly item: Item | undefined; readonly at: number }>();
  return {
    recall: (key) => {
      const known = items.get(nameOf(key));
      return known === undefined || now() - known.at > LIFETIME_MS ? undefined : { item: known.item };
    },
    keep: (key, item) => {
      const name = nameOf(key);
      items.delete(name);
      if (item !== undefined && item['version'] === undefined) return;
      items.set(name, { item, at: now() });
      const [oldest] = items.keys();
      if (items.size > MOST_ITEMS && oldest !== undefined) items.delete(oldest);
    },
    forget: (key) => void items.delete(nameOf(key)),
  };
}
