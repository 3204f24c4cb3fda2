import { Duration, type Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** How the metrics of these alarms are read. */
export const perMinute = { period: Duration.minutes(1), statistic: 'Maximum' };

/** How often in a row the threshold must be reached. */
export interface AlarmPatience {
  readonly evaluationPeriods: number;
}

/** Goes off in the first period in which the metric reaches the threshold, or after `evaluationPeriods`. No data is no trouble. */
export function addAlarm(
  stack: Stack,
  id: string,
  alarmDescription: string,
  metric: IMetric,
  threshold: number,
  { evaluationPeriods }: AlarmPatience = { evaluationPeriods: 1 },
): void {
  new Alarm(stack, id, {
    alarmDescription,
    metric,
    threshold,
    evaluationPeriods,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
