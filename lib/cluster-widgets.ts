import type { Stack } from 'aws-cdk-lib';
import type { IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../core/metrics/metric-list.ts';
import { graph } from './dashboard-graph.ts';
import { restitchMetric, restitchMetrics } from './restitch-metric.ts';

const now = { statistic: 'Maximum', minutes: 1 };
const anHour = (statistic: string) => ({ statistic, minutes: 60 });

/** What is open in a cluster, since when, how it ended, and where the time went. */
export function clusterWidgets(stack: Stack, cluster: string): readonly IWidget[] {
  const Cluster = cluster;
  const figure = (metric: MetricName, label: string, reading = now): IMetric =>
    restitchMetric(stack, metric, { Cluster }, { ...reading, label });
  return [
    graph(
      `${cluster}: open incidents`,
      [
        figure('OpenIncidents', 'open'),
        figure('HeldIncidents', 'held by another'),
        figure('AwaitingApprovalIncidents', 'wait for approval'),
        figure('HandedOverIncidents', 'handed over'),
      ],
      { right: [figure('OldestIncidentSeconds', 'age of the oldest, s')] },
    ),
    graph(`${cluster}: open incidents by class`, [restitchMetrics(stack, 'OpenIncidents', { Cluster }, 'Class', now)], {
      stacked: true,
    }),
    graph(`${cluster}: closed incidents by outcome, an hour`, [
      restitchMetrics(stack, 'ClosedIncidents', { Cluster }, 'Outcome', anHour('Sum')),
    ]),
    graph(`${cluster}: closed incidents by class, an hour`, [
      restitchMetrics(stack, 'ClosedIncidents', { Cluster }, 'Class', anHour('Sum')),
    ]),
    graph(`${cluster}: seconds to mitigate`, [
      figure('MitigationSeconds', 'median', anHour('p50')),
      figure('MitigationSeconds', 'nine of ten', anHour('p90')),
    ]),
    graph(
      `${cluster}: what they went to, mean seconds`,
      [restitchMetrics(stack, 'SegmentSeconds', { Cluster }, 'Segment', anHour('Average'))],
      { stacked: true },
    ),
    graph(`${cluster}: questions`, [
      figure('OldestApprovalSeconds', 'age of the oldest open one, s'),
      figure('ApprovalSeconds', 'answered within, nine of ten, s', anHour('p90')),
    ]),
    graph(`${cluster}: what limits the work`, [
      figure('OpenBreakers', 'breakers that are open'),
      figure('PausesInForce', 'pauses'),
      figure('ReservedNodes', 'nodes against the budget'),
      figure('Claims', 'nodes with a claim'),
      figure('OrphanClaims', 'orphan claims'),
    ]),
  ];
}
