import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createCapacityLedger } from '../../adapters/aws/dynamodb-capacity-ledger.ts';
import { createForwardedQuestions } from '../../adapters/aws/dynamodb-forwarded-questions.ts';
import { createHostLocks } from '../../adapters/aws/dynamodb-host-locks.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createKeptFiles } from '../../adapters/aws/dynamodb-kept-files.ts';
import { createNodeDirectory } from '../../adapters/aws/dynamodb-node-directory.ts';
import { createOperatorHolds } from '../../adapters/aws/dynamodb-operator-holds.ts';
import { createReplies } from '../../adapters/aws/dynamodb-replies.ts';
import { createSafetyRecords } from '../../adapters/aws/dynamodb-safety-records.ts';
import { createShownMessages } from '../../adapters/aws/dynamodb-shown-messages.ts';
import { createTableOver } from '../../adapters/aws/dynamodb-table.ts';
import { createUsedAnswers } from '../../adapters/aws/dynamodb-used-answers.ts';
import type { ItemMemory } from '../../adapters/aws/item-memory.ts';
import type { TableRequests } from '../../adapters/aws/table-requests.ts';
import { createCountingTable } from './counting-table.ts';

/** What one user of the table did: partition keys that it got and put, partitions and listings that it queried. */
export type TableUse = Readonly<Record<'get' | 'put' | 'query' | 'list', Set<string>>>;

/** Tables in memory behind the real stores. Who does what with them is noted for all of them together. */
export function createTableUses() {
  const uses = new Map<string, TableUse>();
  const useOf = (user: string): TableUse => {
    const use = uses.get(user) ?? { get: new Set(), put: new Set(), query: new Set(), list: new Set() };
    uses.set(user, use);
    return use;
  };
  return {
    useOf,
    /** An empty table; the stores of one of its users. */
    newTable: () => {
      const table = createCountingTable();
      return (user: string) => storesOver(noting(table, useOf(user)));
    },
  };
}

function noting(table: TableRequests, use: TableUse): TableRequests {
  return {
    get: (key) => {
      use.get.add(key.pk);
      return table.get(key);
    },
    getMany: (keys) => {
      for (const { pk } of keys) use.get.add(pk);
      return table.getMany(keys);
    },
    put: (key, item, expected) => {
      use.put.add(key.pk);
      return table.put(key, item, expected);
    },
    query: (pk, prefix) => {
      use.query.add(pk);
      return table.query(pk, prefix);
    },
    list: (listing, limit, after) => {
      use.list.add(listing);
      return table.list(listing, limit, after);
    },
  };
}

/** Everything that one DynamoDB table holds, as one process has it. `memory`: what that remembers; nothing unless told. */
export function storesOver(requests: TableRequests, memory?: ItemMemory) {
  const table = createTableOver(requests, memory);
  return {
    capacity: createCapacityLedger(table),
    holds: createOperatorHolds(table),
    store: createIncidentStore(table),
    approvals: createApprovalStore(table),
    locks: createHostLocks(table),
    directory: createNodeDirectory(table),
    safety: createSafetyRecords(table),
    shown: createShownMessages(table),
    replies: createReplies(table),
    files: createKeptFiles(table),
    forwarded: createForwardedQuestions(table),
    used: createUsedAnswers(table),
  };
}
