import * as z from 'zod';
import { WorkItem } from '../../core/alert/work-item.ts';
import { type DispatchPorts, dispatch } from './dispatch.ts';

/** What dispatch reads of an SQS event from a FIFO queue. */
export const SqsEvent = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      body: z.string(),
      attributes: z.object({ MessageGroupId: z.string() }),
    }),
  ),
});

export type SqsEvent = z.infer<typeof SqsEvent>;

export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Works the groups of a batch at the same time, and each of them in order, because order within a node matters. `clusters`: the
 * names of our cluster; what was queued for another one is refused on record.
 */
export async function handleBatch(
  event: SqsEvent,
  ports: DispatchPorts,
  clusters: readonly string[],
): Promise<BatchResponse> {
  const groups = Map.groupBy(event.Records, ({ attributes }) => attributes.MessageGroupId);
  const failed = await Promise.all([...groups.values()].map((records) => failedOf(records, ports, clusters)));
  return { batchItemFailures: failed.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** After a failure the rest of its group fails with it. */
async function failedOf(
  records: SqsEvent['Records'],
  ports: DispatchPorts,
  clusters: readonly string[],
): Promise<SqsEvent['Records']> {
  for (const [index, { messageId, body }] of records.entries())
    if (!(await succeeds(messageId, body, ports, clusters))) return records.slice(index);
  return [];
}

async function succeeds(
  messageId: string,
  body: string,
  ports: DispatchPorts,
  clusters: readonly string[],
): Promise<boolean> {
  try {
    const item = WorkItem.parse(JSON.parse(body));
    if (clusters.includes(item.target.cluster)) await dispatch(item, ports);
    else ports.log.warn('alert-refused', { reason: 'unknown-cluster', ...item.target, fingerprint: item.fingerprint });
    return true;
  } catch (error) {
    // The queue delivers the message again; after the last attempt it goes to the dead-letter queue, which has an alarm.
    ports.log.error('dispatch-failed', { messageId, reason: String(error) });
    return false;
  }
}
