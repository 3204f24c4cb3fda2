import * as z from 'zod';
import { type Target, targetKey } from '../../core/alert/target.ts';
import { OperatorHold, type OperatorHolds } from '../../core/safety/operator-hold.ts';
import { changeItem } from './change-item.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { nextVersion, parseItem } from './parse-item.ts';

const StoredHold = OperatorHold.extend({ version: z.int() });

/** The holds of nodes in the single table. */
export function createOperatorHolds(table: Table): OperatorHolds {
  return {
    get: async (target) => {
      const item = await table.get(keyOf(target));
      return item === undefined ? undefined : parseItem(StoredHold, item);
    },
    put: (target, hold) =>
      changeItem<void>(table, keyOf(target), (item) => ({
        type: 'put',
        item: { ...hold, version: nextVersion(item) },
        result: undefined,
      })),
  };
}

function keyOf(target: Target): Key {
  return { pk: `HOLD#${targetKey(target)}`, sk: 'HOLD' };
}
