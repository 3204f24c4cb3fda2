import type { Measurement, Metrics } from '../../core/metrics/measurement.ts';
import { METRIC_NAMESPACE, metricList } from '../../core/metrics/metric-list.ts';

/** A metric's array of values in one document holds this many (CloudWatch, "Specification: Embedded metric format"). */
const MOST_VALUES = 100;

/**
 * Metrics as lines of JSON in CloudWatch's embedded metric format, from which CloudWatch Logs makes metrics: no call, no right, nothing
 * to wait for. One line for all metrics that are counted by the same values. `stack`: the dimension that every metric has.
 */
export function createEmfMetrics(
  stack: string,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Metrics {
  return {
    write: (measurements, at, about = {}) => {
      for (const same of linesOf(measurements)) write(`${JSON.stringify(documentOf(same, stack, at, about))}\n`);
    },
  };
}

/** Groups that fit into one document: the same dimensions, each metric once. */
function linesOf(measurements: readonly Measurement[]): readonly (readonly Measurement[])[] {
  const byValues = Map.groupBy(measurements.flatMap(inParts), ({ by }) =>
    JSON.stringify(Object.entries(by).toSorted()),
  );
  return [...byValues.values()].flatMap((same) => {
    const lines: Measurement[][] = [];
    for (const one of same) {
      const line = lines.find((each) => each.every(({ metric }) => metric !== one.metric));
      if (line === undefined) lines.push([one]);
      else line.push(one);
    }
    return lines;
  });
}

function inParts(measurement: Measurement): readonly Measurement[] {
  const { value } = measurement;
  if (typeof value === 'number') return [measurement];
  return Array.from({ length: Math.ceil(value.length / MOST_VALUES) }, (_, index) => ({
    ...measurement,
    value: value.slice(index * MOST_VALUES, (index + 1) * MOST_VALUES),
  }));
}

function documentOf(
  measurements: readonly Measurement[],
  stack: string,
  at: number,
  about: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const dimensions = { Stack: stack, ...measurements[0]?.by };
  return {
    ...about,
    ...dimensions,
    ...Object.fromEntries(measurements.map(({ metric, value }) => [metric, value])),
    timestamp: new Date(at).toISOString(),
    level: 'info',
    event: 'metrics',
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: measurements.map(({ metric: Name }) => ({ Name, Unit: metricList[Name].unit })),
        },
      ],
    },
  };
}
