import { ForwardedQuestion, type ForwardedQuestions } from '../../core/safety/forwarded-questions.ts';
import { changeItem } from './change-item.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { nextVersion, parseItem } from './parse-item.ts';

/** What the approval webhook was told, in the single table: under a key of its own, so that who tells it cannot answer questions. */
export function createForwardedQuestions(table: Table): ForwardedQuestions {
  return {
    find: async (approvalId) => {
      const item = await table.get(keyOf(approvalId));
      return item === undefined ? undefined : parseItem(ForwardedQuestion, item);
    },
    keep: (approvalId, told) =>
      changeItem<void>(table, keyOf(approvalId), (item) => ({
        type: 'put',
        item: { ...told, version: nextVersion(item) },
        result: undefined,
      })),
  };
}

function keyOf(approvalId: string): Key {
  return { pk: `FORWARDED#${approvalId}`, sk: 'QUESTION' };
}
