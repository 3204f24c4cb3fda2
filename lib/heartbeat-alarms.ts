import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RestitchFunction } from './restitch-function.ts';

export interface HeartbeatAlarmsProps {
  readonly sweep: RestitchFunction;
  /** The names of the cluster, as sweep logs them. */
  readonly clusters: readonly string[];
}

const PERIOD = Duration.minutes(5);

/**
 * One alarm for each name of the cluster, for when no complete pass of sweep came for ten minutes: it does not run, or cannot
 * reach the table, the Kubernetes API or Alertmanager. What is left behind is not found then.
 */
export class HeartbeatAlarms extends Construct {
  constructor(scope: Construct, id: string, { sweep, clusters }: HeartbeatAlarmsProps) {
    super(scope, id);
    const namespace = 'Restitch';
    // Two stacks of one account have metrics of their own.
    const metricName = `${sweep.stack.stackName}SweepHeartbeat`;
    new MetricFilter(this, 'Filter', {
      logGroup: sweep.logGroup,
      filterPattern: FilterPattern.stringValue('$.event', '=', 'sweep-heartbeat'),
      metricNamespace: namespace,
      metricName,
      metricValue: '1',
      dimensions: { Cluster: '$.cluster' },
    });
    for (const cluster of clusters) {
      new Alarm(this, `Alarm-${cluster}`, {
        alarmDescription: `Sweep has completed no pass for ${cluster} in ten minutes: look at its log.`,
        metric: new Metric({
          namespace,
          metricName,
          dimensionsMap: { Cluster: cluster },
          period: PERIOD,
          statistic: 'Sum',
        }),
        threshold: 1,
        evaluationPeriods: 2,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      });
    }
  }
}
