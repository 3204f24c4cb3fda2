import * as z from 'zod';
import { type CapacityLedger, CapacitySlot } from '../../core/safety/disruption-budget.ts';
import { changeItem } from './change-item.ts';
import type { Item, Key, Table } from './dynamodb-table.ts';
import { nextVersion, parseItem } from './parse-item.ts';

const KEY: Key = { pk: 'BUDGET', sk: 'SLOTS' };

/** A slot has at most 600 characters, and there are as many slots as the budget allows: an item holds 400 KB. */
const Ledger = z.object({ version: z.int(), slots: z.array(CapacitySlot) });

/** The reserved capacity in the single table. */
export function createCapacityLedger(table: Table): CapacityLedger {
  const slotsIn = (item: Item | undefined) => (item === undefined ? [] : parseItem(Ledger, item).slots);
  return {
    read: async () => slotsIn(await table.get(KEY)),
    update: (change) =>
      changeItem<readonly CapacitySlot[]>(table, KEY, (item) => {
        const slots = slotsIn(item);
        const changed = change(slots);
        if (changed === undefined) return { type: 'leave', result: slots };
        return { type: 'put', item: { version: nextVersion(item), slots: [...changed] }, result: changed };
      }),
  };
}
