import type { CloudRoute } from './route-table.ts';

/** One write to one route table. `create` and `replace` leave exactly this route for the destination. */
export type RouteWrite =
  | { readonly type: 'create' | 'replace'; readonly destination: string; readonly target: string }
  | { readonly type: 'delete'; readonly destination: string };

/** `refused`: the cloud answered and did nothing. */
export type RouteWriteOutcome = { readonly type: 'done' } | { readonly type: 'refused'; readonly reason: string };

/**
 * The cloud's route tables, as the runbook needs them. Throws `RestitchError` (code `ec2`) for what is no outcome; the same
 * call may then be made again: what an earlier one has done already is `done`.
 */
export interface CloudRoutes {
  /** Ids of the tables that may be read and changed; no other ever is. */
  readonly tables: readonly string[];
  /** Routes with an IPv4 destination. Throws when the table is not there or not ours to read. */
  read(table: string): Promise<readonly CloudRoute[]>;
  write(table: string, write: RouteWrite): Promise<RouteWriteOutcome>;
}
