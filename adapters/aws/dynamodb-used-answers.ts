import type { UsedAnswers } from '../../core/safety/used-answers.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { tableDefinition } from './table-definition.ts';

/** Far longer than a signature is taken for fresh. */
const KEPT_SECONDS = 24 * 3_600;

/** Messages of the approval webhook in the single table, one item for each. */
export function createUsedAnswers(table: Table): UsedAnswers {
  return {
    has: async (messageId) => (await table.get(keyOf(messageId))) !== undefined,
    add: async (messageId, now) => {
      const expiry = { [tableDefinition.expiry]: Math.ceil(now / 1_000) + KEPT_SECONDS };
      await table.put(keyOf(messageId), { version: 1, ...expiry }, { type: 'free' });
    },
  };
}

function keyOf(messageId: string): Key {
  return { pk: `ANSWER#${messageId}`, sk: 'USED' };
}
