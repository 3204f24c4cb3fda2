import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { MetricName } from '../../core/metrics/metric-list.ts';
import {
  type Asked,
  type CloudWatchQuestion,
  cloudWatchDashboardOf,
  cloudWatchLines,
  cloudWatchStat,
} from './cloudwatch-panels.ts';
import { WIDTH } from './panels.ts';

const HOUR = 3_600;
const now = (metric: MetricName, label?: string): Asked => ({
  metric,
  statistic: 'Maximum',
  ...(label === undefined ? {} : { label }),
});
const sumOf = (metric: MetricName, parts: Partial<Asked> = {}): Asked => ({ metric, statistic: 'Sum', ...parts });

const numbers: readonly CloudWatchQuestion[] = [
  { title: 'Open incidents', asked: [now('OpenIncidents')] },
  { title: 'The oldest is open for', asked: [now('OldestIncidentSeconds')] },
  { title: 'Wait for a person', asked: [now('HandedOverIncidents')] },
  { title: 'Questions without an answer', asked: [now('AwaitingApprovalIncidents')] },
  { title: 'The oldest question waits for', asked: [now('OldestApprovalSeconds')] },
  { title: 'Pauses and open breakers', asked: [now('PausesInForce', 'pauses'), now('OpenBreakers', 'breakers')] },
];

const sinceWhen: readonly CloudWatchQuestion[] = [
  {
    title: 'What are the open incidents about?',
    asked: [{ ...now('OpenIncidents'), each: 'Class' }],
    stacked: true,
  },
  {
    title: 'What do they wait for?',
    asked: [
      now('OpenIncidents', 'open'),
      now('HeldIncidents', 'another incident'),
      now('AwaitingApprovalIncidents', 'an approval'),
      now('HandedOverIncidents', 'a person'),
    ],
  },
];

const whatWasDone: readonly CloudWatchQuestion[] = [
  {
    title: 'How did incidents end?',
    asked: [sumOf('ClosedIncidents', { each: 'Outcome', period: HOUR })],
    stacked: true,
  },
  { title: 'What were they?', asked: [sumOf('ClosedIncidents', { each: 'Class', period: HOUR })], stacked: true },
  {
    title: 'What is taken from the scheduler?',
    asked: [
      now('Claims', 'nodes with a claim'),
      now('OrphanClaims', 'claims without an incident'),
      now('ReservedNodes', 'nodes against the budget'),
    ],
  },
  { title: 'Which breakers are open?', asked: [{ ...now('OpenBreakers'), each: 'Scope' }], stacked: true },
];

const whereTimeWent: readonly CloudWatchQuestion[] = [
  {
    title: 'How long did a repair take?',
    asked: [
      { metric: 'MitigationSeconds', statistic: 'p50', label: 'half of them', period: HOUR },
      { metric: 'MitigationSeconds', statistic: 'p90', label: 'nine of ten', period: HOUR },
    ],
  },
  {
    title: 'What did the time go to?',
    asked: [{ metric: 'SegmentSeconds', statistic: 'Average', each: 'Segment', period: HOUR }],
    stacked: true,
  },
  {
    title: 'Which class takes long?',
    asked: [{ metric: 'MitigationSeconds', statistic: 'Average', each: 'Class', period: HOUR }],
  },
  {
    title: 'How long do people take?',
    asked: [
      { metric: 'ApprovalSeconds', statistic: 'p50', label: 'half of them', period: HOUR },
      { metric: 'ApprovalSeconds', statistic: 'p90', label: 'nine of ten', period: HOUR },
    ],
  },
];

const doesItWork: readonly CloudWatchQuestion[] = [
  {
    title: 'Alerts that came',
    asked: [sumOf('QueuedAlerts', { label: 'queued' }), sumOf('UnqueuedAlerts', { label: 'not queued' })],
  },
  { title: 'Alerts that were refused, by reason', asked: [sumOf('RefusedAlerts', { each: 'Reason' })] },
  { title: 'Webhooks that were refused, by reason', asked: [sumOf('RefusedWebhooks', { each: 'Reason' })] },
  { title: 'Complete passes of sweep', asked: [sumOf('SweepHeartbeat')] },
  { title: 'Parts of a pass that failed', asked: [now('SweepFailedParts')] },
];

/** The deployed stack: what is open, since when, what was done, and where the time went. */
export function incidentsDashboard(): Dashboard {
  const board = cloudWatchDashboardOf(
    'restitch-incidents',
    'Restitch: incidents',
    'Incidents of a cluster, from the CloudWatch metrics of a deployed stack (docs/operations.md).',
  ).withRow(new RowBuilder('Now'));
  for (const number of numbers) board.withPanel(cloudWatchStat(number, WIDTH / numbers.length));
  const rows: readonly (readonly [string, readonly CloudWatchQuestion[], number])[] = [
    ['Since when', sinceWhen, WIDTH / 2],
    ['What was done', whatWasDone, WIDTH / 2],
    ['Where the time went', whereTimeWent, WIDTH / 2],
    ['Does it work', doesItWork, WIDTH / 3],
  ];
  for (const [title, questions, span] of rows) {
    board.withRow(new RowBuilder(title));
    for (const question of questions) board.withPanel(cloudWatchLines(question, span));
  }
  return board.build();
}
