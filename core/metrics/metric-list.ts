/** The CloudWatch namespace of every metric of ours. */
export const METRIC_NAMESPACE = 'Restitch';

/**
 * What a metric may be counted by. Each has few values: no node and no incident is one. `Stack` is in every set, so that two stacks of
 * one account have metrics of their own.
 */
export const metricDimensions = ['Stack', 'Cluster', 'Class', 'Outcome', 'Segment', 'Scope', 'Reason'] as const;

export type MetricDimension = (typeof metricDimensions)[number];

/** `sets`: by what it is counted, beside the stack; every set is a metric of its own in CloudWatch. */
interface Metric {
  readonly unit: 'Count' | 'Seconds';
  readonly sets: readonly (readonly Exclude<MetricDimension, 'Stack'>[])[];
  /** When it is written: with each pass of sweep, when an incident was closed, or with a webhook. */
  readonly written: 'each minute' | 'at the end' | 'with a webhook';
  /** One sentence for a person. */
  readonly says: string;
}

/** Every metric that the functions write. Alarms, dashboards and docs/operations.md are held against this list by tests. */
export const metricList = {
  OpenIncidents: {
    unit: 'Count',
    sets: [['Cluster'], ['Cluster', 'Class']],
    written: 'each minute',
    says: 'incidents that are not closed; by class: what they are about as far as it is known',
  },
  OldestIncidentSeconds: {
    unit: 'Seconds',
    sets: [['Cluster']],
    written: 'each minute',
    says: 'how long the oldest of them is open',
  },
  HeldIncidents: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'each minute',
    says: 'those that wait for the end of another one',
  },
  AwaitingApprovalIncidents: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'each minute',
    says: 'those in which a person is asked',
  },
  HandedOverIncidents: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'each minute',
    says: 'those for which a person was called',
  },
  OldestApprovalSeconds: {
    unit: 'Seconds',
    sets: [['Cluster']],
    written: 'each minute',
    says: 'how long the oldest open question waits for its answer; 0: there is none',
  },
  Claims: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'each minute',
    says: 'nodes with a taint or cordon of ours',
  },
  OrphanClaims: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'each minute',
    says: 'those of them whose incident is closed or unknown; sweep releases them in the same minute',
  },
  ReservedNodes: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'each minute',
    says: 'nodes that count against the disruption budgets',
  },
  OpenBreakers: {
    unit: 'Count',
    sets: [['Cluster'], ['Cluster', 'Scope']],
    written: 'each minute',
    says: 'breakers that are open or half-open; by scope: pool, site, hub or cluster',
  },
  PausesInForce: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'each minute',
    says: 'pauses of everything, of the cluster, of a pool or of a class',
  },
  SweepHeartbeat: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'each minute',
    says: '1 after a pass of sweep in which every part worked; nothing after another one',
  },
  SweepFailedParts: {
    unit: 'Count',
    sets: [[]],
    written: 'each minute',
    says: 'parts of the pass that did not work; the line in the log names them',
  },
  ClosedIncidents: {
    unit: 'Count',
    sets: [
      ['Cluster', 'Outcome'],
      ['Cluster', 'Class'],
    ],
    written: 'at the end',
    says: 'incidents that were closed',
  },
  MitigationSeconds: {
    unit: 'Seconds',
    sets: [['Cluster'], ['Cluster', 'Class']],
    written: 'at the end',
    says: 'of a repaired incident: from its first alert to the verified end',
  },
  SegmentSeconds: {
    unit: 'Seconds',
    sets: [['Cluster', 'Segment']],
    written: 'at the end',
    says: 'what that time went to; a segment that the receipt does not tell is left out',
  },
  ApprovalSeconds: {
    unit: 'Seconds',
    sets: [['Cluster']],
    written: 'at the end',
    says: 'from each question of the incident to its answer or expiry',
  },
  QueuedAlerts: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'with a webhook',
    says: 'alerts that were accepted',
  },
  UnqueuedAlerts: {
    unit: 'Count',
    sets: [['Cluster']],
    written: 'with a webhook',
    says: 'alerts that the queue did not take; Alertmanager sends them again',
  },
  RefusedAlerts: {
    unit: 'Count',
    sets: [['Reason']],
    written: 'with a webhook',
    says: 'alerts that cannot become work',
  },
  RefusedWebhooks: {
    unit: 'Count',
    sets: [['Reason']],
    written: 'with a webhook',
    says: 'requests that were refused as a whole',
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metricList;
