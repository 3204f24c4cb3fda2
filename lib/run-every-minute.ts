import { Duration, type Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { RestitchFunction } from './restitch-function.ts';

/** An event that waited this long is dropped: the next one is there. It is the shortest time that Lambda takes. */
const STALE = Duration.minutes(1);

/**
 * Calls sweep every minute, and never twice for one minute: a failed pass is followed by the next. Nothing is kept of a dropped event,
 * because passes that are longer than a minute drop some. That no pass comes through is what the heartbeat's alarm tells.
 */
export function runEveryMinute(stack: Stack, sweep: RestitchFunction): void {
  const once = { maxEventAge: STALE, retryAttempts: 0 };
  sweep.configureAsyncInvoke(once);
  new Rule(stack, 'SweepEveryMinute', {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(sweep, once)],
  });
}
