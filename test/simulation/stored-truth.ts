import type { Item, TableRequests } from '../../adapters/aws/table-requests.ts';
import { Approval } from '../../core/safety/approval.ts';

/** What was ever written to the table, also to one that is lost now. */
export interface StoredTruth {
  /** Each as it was written last. */
  readonly approvals: Map<string, Approval>;
  /** The records that changed, in order, as the table's stream delivers them. */
  readonly changes: { readonly pk: string; readonly sk: string }[];
}

/** `table` that notes what is written to it. */
export function notingTable<T extends TableRequests>(table: T, truth: StoredTruth): T {
  return {
    ...table,
    put: async (key, item, expected) => {
      const isDone = await table.put(key, item, expected);
      if (isDone && key.sk === 'RECORD') note(truth, key, item);
      return isDone;
    },
  };
}

function note(
  { approvals, changes }: StoredTruth,
  { pk, sk }: { readonly pk: string; readonly sk: string },
  item: Item,
) {
  changes.push({ pk, sk });
  if (!pk.startsWith('APPROVAL#')) return;
  const approval = Approval.parse(item);
  approvals.set(approval.approvalId, approval);
}
