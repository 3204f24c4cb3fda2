import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { RestitchFunction } from './restitch-function.ts';

/** Allows putting messages into a queue, one by one or in batches. */
export function allowSend(sender: RestitchFunction, { queueArn }: Queue): void {
  sender.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn] }));
}
