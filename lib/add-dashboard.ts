import { Duration, type Stack } from 'aws-cdk-lib';
import { Alarm, AlarmStatusWidget, Dashboard, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { clusterWidgets } from './cluster-widgets.ts';
import { graph } from './dashboard-graph.ts';
import { functionOf, functionsOf } from './functions-of.ts';
import { restitchMetric, restitchMetrics } from './restitch-metric.ts';

const perMinute = { statistic: 'Maximum', minutes: 1 };
const inFive = { statistic: 'Sum', minutes: 5 };

/** What a dashboard shows beside the functions. */
export interface DashboardParts {
  /** Every name of the cluster. */
  readonly clusters: readonly string[];
  readonly work: Queue;
  /** Queues whose messages somebody has to look at. */
  readonly leftovers: readonly Queue[];
}

/** The stack's dashboard: its alarms, the incidents of each cluster, and the parts that do the work. Call it when everything is there. */
export function addDashboard(stack: Stack, parts: DashboardParts): void {
  const dashboard = new Dashboard(stack, 'Dashboard', { defaultInterval: Duration.hours(12) });
  const alarms = stack.node.findAll().filter((one) => one instanceof Alarm);
  dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 4 }));
  for (const cluster of parts.clusters) dashboard.addWidgets(...clusterWidgets(stack, cluster));
  dashboard.addWidgets(...wayOfAlerts(stack, parts));
  dashboard.addWidgets(...functionWidgets(stack));
  dashboard.addWidgets(...sweepWidgets(stack, parts));
}

function wayOfAlerts(stack: Stack, { clusters, work, leftovers }: DashboardParts): readonly IWidget[] {
  const accepted = clusters.flatMap((Cluster) => [
    restitchMetric(stack, 'QueuedAlerts', { Cluster }, { ...inFive, label: `${Cluster}: queued` }),
    restitchMetric(stack, 'UnqueuedAlerts', { Cluster }, { ...inFive, label: `${Cluster}: not queued` }),
  ]);
  return [
    graph('Alerts that were accepted', accepted),
    graph('Alerts and webhooks that were refused', [
      restitchMetrics(stack, 'RefusedAlerts', {}, 'Reason', inFive),
      restitchMetrics(stack, 'RefusedWebhooks', {}, 'Reason', inFive),
    ]),
    graph('Queue of alerts', [work.metricApproximateNumberOfMessagesVisible({ label: 'waiting' })], {
      right: [work.metricApproximateAgeOfOldestMessage({ label: 'age of the oldest, s' })],
    }),
    graph(
      'Messages that were not delivered',
      leftovers.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ label: queue.node.id })),
    ),
  ];
}

function functionWidgets(stack: Stack): readonly IWidget[] {
  const all = functionsOf(stack);
  const runbook = functionOf(stack, 'Runbook');
  const ofRunbook = (name: string, statistic: string): IMetric => runbook.metric(name, { statistic, label: name });
  return [
    graph(
      'Errors of the functions',
      all.map((one) => one.metricErrors({ label: one.node.id })),
    ),
    graph(
      'Throttles of the functions',
      all.map((one) => one.metricThrottles({ label: one.node.id })),
    ),
    graph(
      'Durations of the functions, p99 in ms',
      all.map((one) => one.metricDuration({ label: one.node.id, statistic: 'p99' })),
    ),
    graph('Runs of incidents', [
      ofRunbook('ApproximateRunningDurableExecutions', 'Maximum'),
      ofRunbook('DurableExecutionFailed', 'Sum'),
      ofRunbook('DurableExecutionTimedOut', 'Sum'),
    ]),
  ];
}

function sweepWidgets(stack: Stack, { clusters }: DashboardParts): readonly IWidget[] {
  const heartbeats = clusters.map((Cluster) =>
    restitchMetric(stack, 'SweepHeartbeat', { Cluster }, { ...inFive, label: Cluster }),
  );
  return [
    graph('Complete passes of sweep in five minutes', heartbeats),
    graph('Parts of a pass that failed', [restitchMetric(stack, 'SweepFailedParts', {}, perMinute)]),
  ];
}
