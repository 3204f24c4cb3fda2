import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Shorter than in the stack, which uses six times the time-out of dispatch. Locally dispatch ends within moments. */
const VISIBILITY_SECONDS = 30;
const MOST_RECEIVES = 5;

/** Creates the FIFO queue and its dead-letter queue, or finds them. Returns the queue's URL. */
export async function ensureQueue(client: SQSClient, name: string): Promise<string> {
  const create = async (queueName: string, attributes: Record<string, string>) => {
    const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'false', ...attributes };
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: queueName, Attributes }));
    if (QueueUrl === undefined) throw new Error(`SQS gave no URL for ${queueName}`);
    return QueueUrl;
  };
  const deadLetters = await create(`${name}-dead.fifo`, {});
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetters, AttributeNames: ['QueueArn'] }),
  );
  const redrive = { deadLetterTargetArn: Attributes?.QueueArn ?? '', maxReceiveCount: MOST_RECEIVES };
  return create(`${name}.fifo`, {
    VisibilityTimeout: String(VISIBILITY_SECONDS),
    RedrivePolicy: JSON.stringify(redrive),
  });
}
