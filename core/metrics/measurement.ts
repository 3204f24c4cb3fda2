import type { MetricDimension, MetricName } from './metric-list.ts';

/** One value of one metric. `value`: several where the same thing happened more than once. Every metric of the list has `Stack` as well. */
export interface Measurement {
  readonly metric: MetricName;
  readonly value: number | readonly number[];
  readonly by: Readonly<Partial<Record<Exclude<MetricDimension, 'Stack'>, string>>>;
}

/**
 * The port to the metrics. Nothing waits for them and nothing is decided by them. `at`: epoch milliseconds. `about`: what a reader of
 * the log may look for, such as the incident.
 */
export interface Metrics {
  write(measurements: readonly Measurement[], at: number, about?: Readonly<Record<string, unknown>>): void;
}
