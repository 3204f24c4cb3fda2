import type { WorkItem } from '../../core/alert/work-item.ts';
import type { WorkQueue } from '../../core/alert/work-queue.ts';
import { createFaults, type Faults } from './faults.ts';

/** A queue in memory. `faults.next('send', …)` makes it fail; `rejectNext` makes it accept only a part. */
export interface FakeWorkQueue extends WorkQueue {
  readonly sent: readonly WorkItem[];
  readonly faults: Faults;
  /** The next `send` does not accept the items for which this is true. */
  rejectNext(rejects: (item: WorkItem) => boolean): void;
}

export function createFakeWorkQueue(): FakeWorkQueue {
  const sent: WorkItem[] = [];
  const faults = createFaults('queue');
  let rejects: (item: WorkItem) => boolean = () => false;
  return {
    sent,
    faults,
    rejectNext: (predicate) => {
      rejects = predicate;
    },
    send: (items) =>
      faults.around('send', () => {
        const rejected = items.filter(rejects);
        sent.push(...items.filter((item) => !rejected.includes(item)));
        rejects = () => false;
        return rejected;
      }),
  };
}
