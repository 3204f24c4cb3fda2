import type { Stack } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { addAlarm, perMinute } from './add-alarm.ts';
import { addLeftoverQueue } from './add-leftover-queue.ts';

/**
 * A queue for the inputs `{incidentId, run}` of executions that never began or that ended as failed, stopped or timed out, with an
 * alarm. Lambda puts them there (durable functions have a dead-letter queue for that). It is no FIFO queue, because Lambda takes none.
 * Nothing has to be sent again: sweep starts the incident's next run.
 */
export function addFailedRuns(stack: Stack): Queue {
  const failedRuns = addLeftoverQueue(stack, 'FailedRuns', 'the dead-letter queue of a function');
  addAlarm(
    stack,
    'FailedRunsAlarm',
    'A run of an incident could not be started, or broke down. Sweep starts the next one; look at the log of the runbook.',
    failedRuns.metricApproximateNumberOfMessagesVisible(perMinute),
    1,
  );
  return failedRuns;
}
