import * as z from 'zod';
import { type CapacityLedger, CapacitySlot } from '../../core/safety/disruption-budget.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { parseItem, untilWon } from './parse-item.ts';

const KEY: Key = { pk: 'BUDGET', sk: 'SLOTS' };

/** A slot has at most 600 characters, and there are as many slots as the budget allows: an item holds 400 KB. */
const Ledger = z.object({ version: z.int(), slots: z.array(CapacitySlot) });

/** The reserved capacity in the single table. */
export function createCapacityLedger(table: Table): CapacityLedger {
  const read = async () => {
    const item = await table.get(KEY);
    return item === undefined ? undefined : parseItem(Ledger, item);
  };
  return {
    read: async () => (await read())?.slots ?? [],
    update: (change) =>
      untilWon<readonly CapacitySlot[]>(async () => {
        const current = await read();
        const slots = current?.slots ?? [];
        const changed = change(slots);
        if (changed === undefined) return { won: slots };
        const won = await table.put(
          KEY,
          { version: (current?.version ?? 0) + 1, slots: [...changed] },
          current === undefined ? { type: 'free' } : { type: 'version', version: current.version },
        );
        return won ? { won: changed } : 'lost';
      }),
  };
}
