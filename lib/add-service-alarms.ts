import { Duration, type Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { addAlarm, perMinute } from './add-alarm.ts';
import { functionOf } from './functions-of.ts';
import { restitchMetric } from './restitch-metric.ts';

const inFiveMinutes = { period: Duration.minutes(5), statistic: 'Sum' };
/** Longer than a retry of the queue and a cold start. */
const LATE_SECONDS = 300;
/** Not sweep: it runs one at a time by intent, and a pass that is longer than a minute throttles the next one. */
const MUST_RUN = ['Intake', 'Dispatch', 'Runbook', 'Approval', 'Notify'] as const;

/** Alarms on what AWS itself measures of the stack. Call it when every function is there. docs/operations.md says what to do. */
export function addServiceAlarms(stack: Stack, work: Queue): void {
  addAlarm(
    stack,
    'QueueLateAlarm',
    'An alert has waited for five minutes: dispatch does not run, or fails. Look at its log.',
    work.metricApproximateAgeOfOldestMessage(perMinute),
    LATE_SECONDS,
    { evaluationPeriods: 3 },
  );
  for (const id of ['Intake', 'Approval'])
    addAlarm(
      stack,
      `${id}UrlAlarm`,
      `The URL of ${id.toLowerCase()} has answered with 5xx for ten minutes: look at its log.`,
      functionOf(stack, id).metric('Url5xxCount', inFiveMinutes),
      1,
      { evaluationPeriods: 2 },
    );
  for (const id of MUST_RUN)
    addAlarm(
      stack,
      `${id}ThrottledAlarm`,
      `Lambda has throttled ${id.toLowerCase()} for ten minutes: raise its concurrency, or the account's.`,
      functionOf(stack, id).metricThrottles(inFiveMinutes),
      1,
      { evaluationPeriods: 2 },
    );
  const runbook = functionOf(stack, 'Runbook');
  addAlarm(
    stack,
    'ExecutionsFailedAlarm',
    'A run of an incident broke down. Sweep starts the next one; look at the log of the runbook.',
    runbook.metric('DurableExecutionFailed', inFiveMinutes),
    1,
  );
  addAlarm(
    stack,
    'ExecutionsTimedOutAlarm',
    'A run of an incident took longer than seven days, and was ended.',
    runbook.metric('DurableExecutionTimedOut', inFiveMinutes),
    1,
  );
  addAlarm(
    stack,
    'SweepFailingAlarm',
    'A part of every pass of sweep has failed for ten minutes: its log names it in sweep-part-failed.',
    restitchMetric(stack, 'SweepFailedParts', {}, { statistic: 'Minimum', minutes: 5 }),
    1,
    { evaluationPeriods: 2 },
  );
}
