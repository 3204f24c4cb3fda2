import type { CloudRoute } from './route-table.ts';

/** One write to one route table. After `create` or `replace` the destination has exactly this route. */
export type RouteWrite =
  | { readonly type: 'create' | 'replace'; readonly destination: string; readonly target: string }
  | { readonly type: 'delete'; readonly destination: string };

/** `refused`: the cloud answered with an error and changed nothing. */
export type RouteWriteOutcome = { readonly type: 'done' } | { readonly type: 'refused'; readonly reason: string };

/**
 * The port to the cloud's route tables. Throws `RestitchError` (code `ec2`) on unexpected failures. The call may then be
 * repeated: a change that an earlier call has made counts as `done`.
 */
export interface CloudRoutes {
  /** Ids of the only tables that may be read and changed. */
  readonly tables: readonly string[];
  /** Routes with an IPv4 destination. Throws when the table does not exist or access is denied. */
  read(table: string): Promise<readonly CloudRoute[]>;
  write(table: string, write: RouteWrite): Promise<RouteWriteOutcome>;
}
