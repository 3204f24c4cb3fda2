import type { Log } from '../../core/log.ts';
import type { BatchResponse } from '../dispatch/handle-batch.ts';
import { followTable, type TableStreamEvent } from '../follow-table.ts';
import { type ForwardPorts, forward } from './forward.ts';

export interface BatchPorts extends ForwardPorts {
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Tells the approval webhook of every question that changed, and of nothing else. */
export function handleBatch(event: TableStreamEvent, ports: BatchPorts): Promise<BatchResponse> {
  const { log, sleep } = ports;
  return followTable(event, {
    follow: async (subject) => {
      if (subject.type !== 'approval') return;
      const outcome = await forward(subject.approvalId, ports);
      if (outcome !== 'unchanged') log.info('question-forwarded', { approvalId: subject.approvalId });
    },
    failure: 'question-not-forwarded',
    holdsUpOthers: () => true,
    sleep,
    log,
  });
}
