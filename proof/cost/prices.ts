import type { FunctionId } from './usage.ts';

/** What a service asks for one unit, in US dollars. */
export interface Price {
  readonly dollars: number;
  /** Of how many units that is the price. */
  readonly per: number;
  readonly unit: string;
  /** Where AWS says it. */
  readonly page: string;
  /** Whether a page of 2024 or later was read that names it. */
  readonly confirmed: boolean;
}

const price = (dollars: number, per: number, unit: string, service: string, confirmed = true): Price => ({
  ...{ dollars, per, unit, confirmed },
  page: `https://aws.amazon.com/${service}/pricing/`,
});

/** Written down on this day, for this region, without the free tier. Check them, and put your own here. */
export const pricesOf = { date: '2026-11-22', region: 'us-east-1' };

export const prices = {
  lambdaRequests: price(0.2, 1_000_000, 'invocations', 'lambda'),
  lambdaCompute: price(0.0000133334, 1, 'GB-seconds, arm64', 'lambda'),
  durableOperations: price(8, 1_000_000, 'durable operations', 'lambda', false),
  durableData: price(0.25, 1_000_000_000, 'bytes written by durable executions', 'lambda', false),
  fifoRequests: price(0.5, 1_000_000, 'requests to FIFO queues', 'sqs'),
  tableReads: price(0.125, 1_000_000, 'read request units', 'dynamodb'),
  tableWrites: price(0.625, 1_000_000, 'write request units', 'dynamodb'),
  secrets: price(0.4, 1, 'secrets a month', 'secrets-manager', false),
  secretReads: price(0.05, 10_000, 'calls of Secrets Manager', 'secrets-manager', false),
  logs: price(0.5, 1_000_000_000, 'bytes logged', 'cloudwatch'),
  alarms: price(0.1, 1, 'alarms a month', 'cloudwatch', false),
  metrics: price(0.3, 1, 'custom metrics a month', 'cloudwatch'),
  dashboards: price(3, 1, 'dashboards a month', 'cloudwatch'),
  traces: price(5, 1_000_000, 'traces', 'xray', false),
  key: price(1, 1, 'customer keys a month', 'kms', false),
  keyRequests: price(0.03, 10_000, 'requests to KMS', 'kms', false),
} as const satisfies Readonly<Record<string, Price>>;

/** What no count on this machine tells: put in what your own bill and logs say. */
export const assumptions = {
  /** How long an invocation works, in seconds. The runbook's waits for commands count; its waits for people and timers do not. */
  seconds: { Intake: 0.2, Dispatch: 0.3, Runbook: 15, Approval: 0.2, Notify: 0.5, Sweep: 2 } satisfies Record<
    FunctionId,
    number
  >,
  /** Lambda's own lines about an invocation. */
  logBytesOfInvocation: 400,
  /** Lambda polls a queue with five pollers, each of which waits at most 20 s. */
  queuePollsOfMinute: 15,
  minutesOfMonth: 730 * 60,
  nodesOfStorm: 750,
};
