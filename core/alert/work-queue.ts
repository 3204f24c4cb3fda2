import type { WorkItem } from './work-item.ts';

/** The queue between intake and dispatch: ordered per target. Throws `RestitchError` (code `queue`) when it is down. */
export interface WorkQueue {
  /** Returns the items that were not accepted; an empty list means that all are durable. */
  send(items: readonly WorkItem[]): Promise<readonly WorkItem[]>;
}
