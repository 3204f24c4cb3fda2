import * as z from 'zod';
import { ReceiptEntry } from '../../core/incident/receipt.ts';
import { rememberObject } from '../../core/remember.ts';
import { pack } from '../packed.ts';
import type { Item } from './dynamodb-table.ts';
import { parseItem } from './parse-item.ts';
import { KEPT_DAYS, tableDefinition } from './table-definition.ts';
import { unpackAttribute } from './unpack-attribute.ts';

const DAY_SECONDS = 24 * 3_600;
/** An item holds 400 KB in all. */
const MOST_BYTES = 350_000;

const Packed = z.object({ entry: z.instanceof(Uint8Array) });

/** Small entries that are in the item of their incident, packed, by their `entryId`. */
export type PackedEntries = Readonly<Record<string, Uint8Array>>;

const WithEntries = z.object({ entries: z.record(z.string(), z.instanceof(Uint8Array)).default({}) });

/** Each change of an incident writes them again: no more than these, of no more than this, and the rest get items of their own. */
const MOST_SMALL_BYTES = 1_200;
const MOST_SMALL_BYTES_IN_ALL = 4_000;

/** An entry is packed to see where there is room for it, and for each attempt to write it. */
const packEntry = rememberObject((entry: ReceiptEntry) => pack(JSON.stringify(entry)));

/** A receipt entry as an item: its JSON, compressed, until it expires. A detail that does not fit is left out, with a word about it. */
export function toReceiptItem(entry: ReceiptEntry, days: number = KEPT_DAYS): Item {
  const packed = packEntry(entry);
  const detail = { leftOut: `the detail has ${packed.length} bytes when compressed, and an item holds ${MOST_BYTES}` };
  return {
    at: entry.at,
    event: entry.event,
    entry: packed.length <= MOST_BYTES ? packed : pack(JSON.stringify({ ...entry, detail })),
    [tableDefinition.expiry]: Math.ceil(entry.at / 1_000) + days * DAY_SECONDS,
  };
}

/** Version 0.1.0 stored the entry's fields as they are. */
export function fromReceiptItem(item: Item): ReceiptEntry {
  const packed = Packed.safeParse(item);
  return packed.success ? unpackAttribute(ReceiptEntry, packed.data.entry, item) : parseItem(ReceiptEntry, item);
}

export function entriesIn(item: Item | undefined): PackedEntries {
  return item === undefined ? {} : parseItem(WithEntries, item).entries;
}

/** Those of `entries` for which there is room beside `present`, with these. What is there already is left as it is. */
export function withSmallEntries(present: PackedEntries, entries: readonly ReceiptEntry[]): PackedEntries {
  const all = new Map(Object.entries(present));
  let left = MOST_SMALL_BYTES_IN_ALL - bytesOf(present);
  for (const entry of entries) {
    const packed = packEntry(entry);
    if (all.has(entry.entryId) || packed.length > MOST_SMALL_BYTES || packed.length > left) continue;
    all.set(entry.entryId, packed);
    left -= packed.length;
  }
  return Object.fromEntries(all);
}

function bytesOf(entries: PackedEntries): number {
  return Object.values(entries).reduce((sum, { length }) => sum + length, 0);
}

/** Of the item of an incident. */
export function fromPackedEntries(entries: PackedEntries, item: Item): readonly ReceiptEntry[] {
  return Object.values(entries).map((packed) => unpackAttribute(ReceiptEntry, packed, item));
}
