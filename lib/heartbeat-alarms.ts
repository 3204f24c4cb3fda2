import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { restitchMetric } from './restitch-metric.ts';

export interface HeartbeatAlarmsProps {
  /** The names of the cluster, as sweep reports them. */
  readonly clusters: readonly string[];
}

/**
 * One alarm for each name of the cluster, for when no complete pass of sweep came for ten minutes: it does not run, or cannot
 * reach the table, the Kubernetes API or Alertmanager. What is left behind is not found then. No data is the trouble itself.
 */
export class HeartbeatAlarms extends Construct {
  constructor(scope: Construct, id: string, { clusters }: HeartbeatAlarmsProps) {
    super(scope, id);
    for (const cluster of clusters) {
      new Alarm(this, `Alarm-${cluster}`, {
        alarmDescription: `Sweep has completed no pass for ${cluster} in ten minutes: look at its log.`,
        metric: restitchMetric(
          Stack.of(this),
          'SweepHeartbeat',
          { Cluster: cluster },
          { statistic: 'Sum', minutes: 5 },
        ),
        threshold: 1,
        evaluationPeriods: 2,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      });
    }
  }
}
