import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SqsEvent } from '../../../functions/dispatch/handle-batch.ts';
import { startEmbeddedSqs } from '../../../local/queue/embedded-sqs.ts';
import { ensureQueue } from '../../../local/queue/ensure-queue.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';

export interface SqsUnderTest {
  readonly client: SQSClient;
  /** A fresh, empty FIFO queue with a dead-letter queue; returns its URL. */
  newQueue(): Promise<string>;
  /** Takes every message out, in the order of delivery, as Lambda would hand them over. */
  drain(queueUrl: string): Promise<SqsEvent>;
  close(): Promise<void>;
}

export async function startSqs(): Promise<SqsUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-queue-'));
  const server = await startEmbeddedSqs(folder);
  const client = new SQSClient({ ...clientOptions(server.url), useQueueUrlAsEndpoint: false });
  let queues = 0;
  return {
    client,
    newQueue: () => {
      queues += 1;
      return ensureQueue(client, `queue-${queues}`);
    },
    drain: async (queueUrl) => {
      const Records: SqsEvent['Records'] = [];
      for (let batch = await receive(client, queueUrl); batch.length > 0; batch = await receive(client, queueUrl)) {
        Records.push(...batch);
      }
      return { Records };
    },
    close: async () => {
      client.destroy();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function receive(client: SQSClient, queueUrl: string): Promise<SqsEvent['Records']> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['MessageGroupId'],
    }),
  );
  for (const { ReceiptHandle } of Messages) {
    await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  }
  return Messages.map(({ MessageId, Body, Attributes }) => ({
    messageId: MessageId ?? '',
    body: Body ?? '',
    attributes: { MessageGroupId: Attributes?.MessageGroupId ?? '' },
  }));
}
