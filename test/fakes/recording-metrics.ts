import type { Measurement, Metrics } from '../../core/metrics/measurement.ts';

export interface WrittenMeasurement extends Measurement {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly about: Readonly<Record<string, unknown>>;
}

/** Metrics that a test can read. */
export interface RecordingMetrics extends Metrics {
  readonly written: readonly WrittenMeasurement[];
  /** The values of a metric that were written with exactly these dimensions, in order. */
  of(metric: Measurement['metric'], by: Measurement['by']): readonly Measurement['value'][];
}

export function createRecordingMetrics(): RecordingMetrics {
  const written: WrittenMeasurement[] = [];
  const keyOf = (by: Measurement['by']) => JSON.stringify(Object.entries(by).toSorted());
  return {
    written,
    write: (measurements, at, about = {}) => void written.push(...measurements.map((one) => ({ ...one, at, about }))),
    of: (metric, by) =>
      written.filter((one) => one.metric === metric && keyOf(one.by) === keyOf(by)).map(({ value }) => value),
  };
}
