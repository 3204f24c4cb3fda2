import { Duration, type Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { tableAccess } from '../adapters/aws/table-access.ts';
import { addAlarm, perMinute } from './add-alarm.ts';
import { addLeftoverQueue } from './add-leftover-queue.ts';
import { allowSecret } from './allow-secret.ts';
import { allowTable } from './allow-table.ts';
import { followTable } from './follow-table.ts';
import { RestitchFunction } from './restitch-function.ts';
import type { StackParts } from './stack-functions.ts';

/** Longer than one call to Slack with all its waits, and the pause after it. */
const TIMEOUT = Duration.minutes(2);

/**
 * The function that makes Slack follow the table. The table's stream calls it; no other function knows of it. Returns the queue of
 * what could not be delivered.
 */
export function addNotify(stack: Stack, { settings, table, slackSecret }: StackParts): Queue {
  const { channel, group } = settings.slackEscalation ?? {};
  const notify = new RestitchFunction(stack, 'Notify', {
    name: 'notify',
    description: 'Restitch: makes Slack show what the table says',
    timeout: TIMEOUT,
    environment: {
      TABLE_NAME: table.tableName,
      SLACK_SECRET_ID: slackSecret.secretArn,
      SLACK_CHANNEL: settings.slackChannel,
      ...(channel === undefined ? {} : { SLACK_ESCALATION_CHANNEL: channel }),
      ...(group === undefined ? {} : { SLACK_ESCALATION_GROUP: group }),
    },
  });
  allowSecret(notify, slackSecret);
  allowTable(notify, table, tableAccess.notify);
  const undelivered = addLeftoverQueue(
    stack,
    'UndeliveredNotices',
    'where the table stream leaves what could not be delivered',
  );
  followTable(notify, table, { batchSize: 25, leftovers: undelivered });
  addAlarm(
    stack,
    'ChatLateAlarm',
    'Slack shows what was ten minutes ago.',
    notify.metric('IteratorAge', perMinute),
    600_000,
  );
  const lost = undelivered.metricApproximateNumberOfMessagesVisible(perMinute);
  addAlarm(stack, 'ChatLostAlarm', 'Slack could not be reached for a day, and misses messages.', lost, 1);
  return undelivered;
}
