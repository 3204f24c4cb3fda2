import type { Stack } from 'aws-cdk-lib';
import type { MetricName } from '../core/metrics/metric-list.ts';
import { addAlarm } from './add-alarm.ts';
import { restitchMetric } from './restitch-metric.ts';

interface ClusterAlarm {
  readonly id: string;
  readonly metric: MetricName;
  /** `Minimum`: it was so in every minute of five. */
  readonly statistic: 'Maximum' | 'Minimum';
  readonly threshold: number;
  readonly says: string;
}

/**
 * Alarms on what sweep reports of a cluster, by one of its names. No data is the heartbeat's alarm. `approvalSeconds`: how long a
 * question stays open; half of it without an answer is an alarm. docs/operations.md says what to do.
 */
export function addClusterAlarms(stack: Stack, cluster: string, approvalSeconds: number): void {
  for (const { id, metric, statistic, threshold, says } of clusterAlarms(approvalSeconds))
    addAlarm(
      stack,
      `${id}-${cluster}`,
      `${cluster}: ${says}`,
      restitchMetric(stack, metric, { Cluster: cluster }, { statistic, minutes: 5 }),
      threshold,
    );
}

function clusterAlarms(approvalSeconds: number): readonly ClusterAlarm[] {
  return [
    {
      id: 'HandedOverAlarm',
      metric: 'HandedOverIncidents',
      statistic: 'Maximum',
      threshold: 1,
      says: 'an incident waits for a person: restitch incidents list.',
    },
    {
      id: 'ApprovalLateAlarm',
      metric: 'OldestApprovalSeconds',
      statistic: 'Maximum',
      threshold: Math.max(1, Math.floor(approvalSeconds / 2)),
      says: 'half the time for an answer to a question is over: restitch approvals.',
    },
    {
      id: 'BreakerOpenAlarm',
      metric: 'OpenBreakers',
      statistic: 'Maximum',
      threshold: 1,
      says: 'a breaker is open, because too many nodes look broken at once, or by hand: restitch breaker show.',
    },
    {
      id: 'OrphanClaimsAlarm',
      metric: 'OrphanClaims',
      statistic: 'Minimum',
      threshold: 1,
      says: 'a node keeps a taint or cordon of an incident that is closed: restitch claims.',
    },
  ];
}
