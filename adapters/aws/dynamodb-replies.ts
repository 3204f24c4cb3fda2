import { type Replies, Reply } from '../../core/incident/replies.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { parseItem } from './parse-item.ts';
import { tableDefinition } from './table-definition.ts';

/** Slack sends an event again within about five minutes. */
const KEPT_SECONDS = 24 * 3_600;

/** Replies in the single table, one item for each event. */
export function createReplies(table: Table): Replies {
  return {
    take: (replyId, now) => table.put(keyOf(replyId), { version: 1, ...expiry(now) }, { type: 'free' }),
    answer: async (reply) => {
      const item = { ...Reply.parse(reply), version: 2, ...expiry(reply.at) };
      await table.put(keyOf(reply.replyId), item, { type: 'version', version: 1 });
    },
    get: async (replyId) => {
      const item = await table.get(keyOf(replyId));
      return item?.['version'] === 2 ? parseItem(Reply, item) : undefined;
    },
  };
}

function expiry(at: number) {
  return { [tableDefinition.expiry]: Math.ceil(at / 1_000) + KEPT_SECONDS };
}

function keyOf(replyId: string): Key {
  return { pk: `REPLY#${replyId}`, sk: 'RECORD' };
}
