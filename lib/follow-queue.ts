import { Names } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { RestitchFunction } from './restitch-function.ts';

/** Calls the function with the messages of the queue. Lambda polls it with the function's role. */
export function followQueue(dispatch: RestitchFunction, queue: Queue): void {
  // The name that CDK's own event source would give it: a queue and a function cannot have a second mapping for a moment.
  dispatch.addEventSourceMapping(`SqsEventSource:${Names.nodeUniqueId(queue.node)}`, {
    eventSourceArn: queue.queueArn,
    batchSize: 10,
    reportBatchItemFailures: true,
  });
  dispatch.addToRolePolicy(
    new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [queue.queueArn],
    }),
  );
}
