import * as z from 'zod';

const count = z.int().nonnegative();

/** What one incident asks of everything outside, as test/unit/chain/call-budget.test.ts counts it. */
const AskedByIncident = z.strictObject({
  /** SendCommand. */
  commands: count,
  commandsOnHub: count,
  /** Commands that are waited for one after the other. */
  rounds: count,
  /** ListCommandInvocations and GetCommandInvocation, with two seconds a command. */
  lists: count,
  polls: count,
  /** Calls of the Kubernetes API; a listing in pages is one. */
  kubernetes: count,
  /** Those that list every Node. Leases are small beside them. */
  listings: count,
  /** Requests to DynamoDB. */
  reads: count,
  writes: count,
  /** Write units of 1 KiB: of the table with its index, of the one index partition that lists open incidents, of the cluster's breakers. */
  table: count,
  listing: count,
  breakers: count,
  /** Messages that are posted or rewritten. */
  slack: count,
});
export type AskedByIncident = z.infer<typeof AskedByIncident>;

/** proof/scale/counted.json, which `npm run scale -- --count` writes. */
export const Counted = z.strictObject({
  /** Repaired by `reconcile`. */
  ordinary: AskedByIncident,
  /** Its hub's incident is open when its alert comes. */
  held: AskedByIncident,
});
export type Counted = z.infer<typeof Counted>;
