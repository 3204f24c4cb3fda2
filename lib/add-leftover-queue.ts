import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';

/** A queue for what Lambda could not deliver, kept for 14 days. `what`: what it is, for whoever reads cdk-nag's findings. */
export function addLeftoverQueue(stack: Stack, id: string, what: string): Queue {
  const queue = new Queue(stack, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SQS3',
    reason: `It is itself ${what}; cdk-nag knows dead-letter queues of queues only.`,
  });
  return queue;
}
