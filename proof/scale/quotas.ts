/** A limit of something outside, and where it is written down. */
export interface Quota {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
  /** Whether a page was read that names the number. */
  readonly documented: boolean;
}

const aws = 'https://docs.aws.amazon.com';
const documented = (value: number, unit: string, source: string): Quota => ({ value, unit, source, documented: true });
const assumed = (value: number, unit: string, source: string): Quota => ({ value, unit, source, documented: false });

/** Put your own here: most of them are raised on request, and Run Command's rates are in no page of AWS. */
export const quotas = {
  sendCommands: assumed(
    20,
    'SendCommand a second, account and region',
    'AWS publishes none; a throttled call is a ThrottlingException',
  ),
  lists: assumed(
    100,
    'ListCommandInvocations a second, account and region',
    'AWS publishes none; a throttled call is a ThrottlingException',
  ),
  polls: assumed(
    100,
    'GetCommandInvocation a second, account and region',
    'AWS publishes none; a throttled call is a ThrottlingException',
  ),
  commandsAtOnce: documented(
    5,
    'commands at once on one host',
    'https://github.com/aws/amazon-ssm-agent (Mds.CommandWorkersLimit)',
  ),
  concurrency: documented(
    1_000,
    'invocations at once, account and region',
    `${aws}/lambda/latest/dg/gettingstarted-limits.html`,
  ),
  newEnvironments: documented(
    100,
    'new environments a second for one function (1,000 every 10 s)',
    `${aws}/lambda/latest/dg/scaling-behavior.html`,
  ),
  partitionWrites: documented(
    1_000,
    'write units a second of one partition',
    `${aws}/amazondynamodb/latest/developerguide/bp-partition-key-design.html`,
  ),
  tableWrites: documented(
    40_000,
    'write units a second of one table',
    `${aws}/amazondynamodb/latest/developerguide/ServiceQuotas.html`,
  ),
  queueMessages: documented(
    3_000,
    'messages a second in batches of ten, before high throughput',
    `${aws}/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html`,
  ),
  postsToChannel: documented(1, 'messages a second in one channel', 'https://api.slack.com/apis/rate-limits'),
  nodesOfCluster: documented(
    5_000,
    'nodes of one cluster',
    'https://kubernetes.io/docs/setup/best-practices/cluster-large/',
  ),
  apiBytes: assumed(
    50_000_000,
    'bytes of listings a second from one API server',
    'none is published: it depends on the control plane',
  ),
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaName = keyof typeof quotas;
export type Quotas = Readonly<Record<QuotaName, number>>;

export const quotaValues = (): Quotas => ({
  sendCommands: quotas.sendCommands.value,
  lists: quotas.lists.value,
  polls: quotas.polls.value,
  commandsAtOnce: quotas.commandsAtOnce.value,
  concurrency: quotas.concurrency.value,
  newEnvironments: quotas.newEnvironments.value,
  partitionWrites: quotas.partitionWrites.value,
  tableWrites: quotas.tableWrites.value,
  queueMessages: quotas.queueMessages.value,
  postsToChannel: quotas.postsToChannel.value,
  nodesOfCluster: quotas.nodesOfCluster.value,
  apiBytes: quotas.apiBytes.value,
});

/** What neither a page nor a count tells. */
export const assumptions = {
  /** Of one command, from its sending to its result. */
  commandSeconds: 2,
  /** Of a dispatched alert, and of a run until it is held. */
  dispatchSeconds: 0.3,
  holdSeconds: 1,
  /** A Node object with its images and annotations. */
  nodeBytes: 12_000,
  /** Nodes behind one hub. */
  nodesOfHub: 500,
  /** A node in the record of its cluster's breakers, for the ten minutes in which it counts. */
  brokenNodeBytes: 150,
} as const;

/** Restitch's own limits, from the code and its defaults. */
export const ownLimits = {
  /** core/safety/look-place.ts, where nothing is found on the hub */
  firstLooks: 32,
  /** functions/runbook/first-look.ts: the pause in which a look ends that takes from four to ten seconds */
  firstLookPauseSeconds: 6,
  /** BREAKER_MAX_PERCENT */
  brokenPercent: 30,
  /** STABLE_SECONDS is waited without a process. */
  lookRounds: 3,
} as const;
