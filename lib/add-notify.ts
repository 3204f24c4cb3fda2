import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { allowTable } from './allow-table.ts';
import { RestitchFunction } from './restitch-function.ts';
import type { StackParts } from './stack-functions.ts';

/** DynamoDB keeps a stream's records for 24 h. */
const LONGEST_OUTAGE = Duration.hours(23);
/** Longer than one call to Slack with all its waits, and the pause after it. */
const TIMEOUT = Duration.minutes(2);

/** The function that makes Slack follow the table. The table's stream calls it; no other function knows of it. */
export function addNotify(stack: Stack, { settings, table, slackSecret }: StackParts): void {
  const notify = new RestitchFunction(stack, 'Notify', {
    name: 'notify',
    description: 'Restitch: makes Slack show what the table says',
    timeout: TIMEOUT,
    environment: {
      TABLE_NAME: table.tableName,
      SLACK_SECRET_ID: slackSecret.secretArn,
      SLACK_CHANNEL: settings.slackChannel,
    },
  });
  slackSecret.grantRead(notify);
  allowTable(notify, table);
  const undelivered = new Queue(stack, 'UndeliveredNotices', {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
  });
  Validations.of(undelivered).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SQS3',
    reason:
      'It is itself where the table stream leaves what could not be delivered; cdk-nag knows dead-letter queues of queues only.',
  });
  followTable(notify, table.tableStreamArn ?? '', undelivered);
  alarm(
    stack,
    'ChatLateAlarm',
    'Slack shows what was ten minutes ago.',
    notify.metric('IteratorAge', perMinute),
    600_000,
  );
  const lost = undelivered.metricApproximateNumberOfMessagesVisible(perMinute);
  alarm(stack, 'ChatLostAlarm', 'Slack could not be reached for a day, and misses messages.', lost, 1);
}

const perMinute = { period: Duration.minutes(1), statistic: 'Maximum' };

/** Records of incidents and approvals only. A failed batch is delivered again until it works, or its records are too old. */
function followTable(notify: RestitchFunction, streamArn: string, undelivered: Queue): void {
  const mapping = new EventSourceMapping(notify, 'TableStream', {
    target: notify,
    eventSourceArn: streamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 25,
    maxBatchingWindow: Duration.seconds(2),
    maxRecordAge: LONGEST_OUTAGE,
    reportBatchItemFailures: true,
    onFailure: new SqsDlq(undelivered),
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.or('INSERT', 'MODIFY'),
        dynamodb: { Keys: { sk: { S: FilterRule.isEqual('RECORD') } } },
      }),
    ],
  });
  notify.addToRolePolicy(
    new PolicyStatement({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [streamArn],
    }),
  );
  // Lambda reads the stream when the mapping is made, so the role's policy must be there first.
  if (notify.role !== undefined) mapping.node.addDependency(notify.role);
}

function alarm(stack: Stack, id: string, alarmDescription: string, metric: IMetric, threshold: number): void {
  new Alarm(stack, id, {
    alarmDescription,
    metric,
    threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
