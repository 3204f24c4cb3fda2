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
 * Works a batch in order. After a failure the rest of the same group fails with it, because order within a node matters;
 * the other groups go on. `clusters`: the names of our cluster; what was queued for another one is refused on record.
 */
export async function handleBatch(
  event: SqsEvent,
  ports: DispatchPorts,
  clusters: readonly string[],
): Promise<BatchResponse> {
  const failedGroups = new Set<string>();
  const failures: { itemIdentifier: string }[] = [];
  for (const { messageId, body, attributes } of event.Records) {
    const group = attributes.MessageGroupId;
    if (failedGroups.has(group) || !(await succeeds(messageId, body, ports, clusters))) {
      failedGroups.add(group);
      failures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures: failures };
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
