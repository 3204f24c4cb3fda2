import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { allowSend } from './allow-send.ts';
import type { RestitchFunction } from './restitch-function.ts';

/** DynamoDB keeps a stream's records for 24 h. */
const LONGEST_OUTAGE = Duration.hours(23);

export interface Following {
  readonly batchSize: number;
  /** Takes what could not be delivered for so long. */
  readonly leftovers: Queue;
  /** Only records whose partition key begins so; absent: every record. */
  readonly prefix?: string;
}

/**
 * Calls a function with what changed in the table: records only, not what is kept beside them. A failed batch is delivered again until it
 * works, or its records are too old. DynamoDB advises two such functions at most for one table.
 */
export function followTable(
  follower: RestitchFunction,
  { tableStreamArn: streamArn = '' }: Table,
  { batchSize, leftovers, prefix }: Following,
): void {
  const mapping = new EventSourceMapping(follower, 'TableStream', {
    target: follower,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize,
    maxBatchingWindow: Duration.seconds(2),
    maxRecordAge: LONGEST_OUTAGE,
    reportBatchItemFailures: true,
    // Without CDK's own class for it, which allows calls that nobody makes.
    onFailure: { bind: () => ({ destination: leftovers.queueArn }) },
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.or('INSERT', 'MODIFY'),
        dynamodb: {
          Keys: {
            sk: { S: FilterRule.isEqual('RECORD') },
            ...(prefix === undefined ? {} : { pk: { S: FilterRule.beginsWith(prefix) } }),
          },
        },
      }),
    ],
  });
  follower.addToRolePolicy(
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [streamArn],
    }),
  );
  allowSend(follower, leftovers);
  // Lambda reads the stream when the mapping is made, so the role's policy must be there first.
  if (follower.role !== undefined) mapping.node.addDependency(follower.role);
}
