import * as z from 'zod';
import { type Target, targetKey } from '../../core/alert/target.ts';
import { OperatorHold, type OperatorHolds } from '../../core/safety/operator-hold.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { parseItem, untilWon } from './parse-item.ts';

const StoredHold = OperatorHold.extend({ version: z.int() });

/** The holds of nodes in the single table. */
export function createOperatorHolds(table: Table): OperatorHolds {
  const read = async (target: Target) => {
    const item = await table.get(keyOf(target));
    return item === undefined ? undefined : parseItem(StoredHold, item);
  };
  return {
    get: read,
    put: (target, hold) =>
      untilWon<void>(async () => {
        const current = await read(target);
        const won = await table.put(
          keyOf(target),
          { ...hold, version: (current?.version ?? 0) + 1 },
          current === undefined ? { type: 'free' } : { type: 'version', version: current.version },
        );
        return won ? { won: undefined } : 'lost';
      }),
  };
}

function keyOf(target: Target): Key {
  return { pk: `HOLD#${targetKey(target)}`, sk: 'HOLD' };
}
