import { Duration, type Stack } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Measurement } from '../core/metrics/measurement.ts';
import { METRIC_NAMESPACE, type MetricDimension, type MetricName, metricList } from '../core/metrics/metric-list.ts';
import { RestitchError } from '../core/restitch-error.ts';

/** `statistic`: as CloudWatch calls it, `Maximum` or `p90`. */
export interface MetricReading {
  readonly statistic: string;
  readonly minutes: number;
  readonly label?: string;
}

/** A metric that the functions of this stack write. Throws where the list has none that is counted by these dimensions. */
export function restitchMetric(
  stack: Stack,
  metric: MetricName,
  by: Measurement['by'],
  { statistic, minutes, label }: MetricReading,
): Metric {
  mustBeListed(metric, Object.keys(by));
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName: metric,
    dimensionsMap: { Stack: stack.stackName, ...by },
    statistic,
    period: Duration.minutes(minutes),
    ...(label === undefined ? {} : { label }),
  });
}

/** One line for each value of the dimension `each` that was ever written: a class, an outcome. The label is that value. */
export function restitchMetrics(
  stack: Stack,
  metric: MetricName,
  by: Measurement['by'],
  each: Exclude<MetricDimension, 'Stack'>,
  { statistic, minutes }: MetricReading,
): MathExpression {
  const dimensions = [...Object.keys(by), each];
  mustBeListed(metric, dimensions);
  const terms = Object.entries({ Stack: stack.stackName, ...by }).map(([name, value]) => `${name}="${value}"`);
  const search = `{${[METRIC_NAMESPACE, 'Stack', ...dimensions].join()}} MetricName="${metric}" ${terms.join(' ')}`;
  return new MathExpression({
    expression: `SEARCH('${search}', '${statistic}', ${minutes * 60})`,
    label: `\${PROP('Dim.${each}')}`,
    period: Duration.minutes(minutes),
    usingMetrics: {},
  });
}

function mustBeListed(metric: MetricName, dimensions: readonly string[]): void {
  const wanted = dimensions.toSorted().join();
  if (metricList[metric].sets.some((set) => [...set].toSorted().join() === wanted)) return;
  throw new RestitchError('configuration', `no function writes ${metric} by ${wanted}`, { retryable: false });
}
