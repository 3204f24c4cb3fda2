import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Log } from '../../core/log.ts';
import type { BatchResponse, SqsEvent } from '../../functions/dispatch/handle-batch.ts';

export interface EventSource {
  stop(): Promise<void>;
}

const BATCH = 10;
const WAIT_SECONDS = 2;
const PAUSE_AFTER_ERROR_MS = 1_000;

/**
 * Lambda's SQS event source mapping with ReportBatchItemFailures: what the handler does not report as failed is deleted;
 * the rest, or everything when the handler throws, becomes visible again after the queue's visibility time-out.
 */
export function startEventSource(
  client: SQSClient,
  queueUrl: string,
  handler: (event: SqsEvent) => Promise<BatchResponse>,
  log: Log,
): EventSource {
  const stopping = new AbortController();
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await pollOnce(client, queueUrl, handler, stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.error('event-source-failed', { reason: String(error) });
        await new Promise((resolve) => {
          setTimeout(resolve, PAUSE_AFTER_ERROR_MS);
        });
      }
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
}

async function pollOnce(
  client: SQSClient,
  queueUrl: string,
  handler: (event: SqsEvent) => Promise<BatchResponse>,
  signal: AbortSignal,
): Promise<void> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: BATCH,
      WaitTimeSeconds: WAIT_SECONDS,
      MessageSystemAttributeNames: ['MessageGroupId'],
    }),
    { abortSignal: signal },
  );
  if (Messages.length === 0) return;
  const { batchItemFailures } = await handler({ Records: Messages.map(toRecord) });
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = Messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  // One that is not deleted becomes visible again, and is delivered once more.
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}

function toRecord({ MessageId, Body, Attributes }: Message): SqsEvent['Records'][number] {
  return {
    messageId: MessageId ?? '',
    body: Body ?? '',
    attributes: { MessageGroupId: Attributes?.MessageGroupId ?? '' },
  };
}
