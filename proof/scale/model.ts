import type { AskedByIncident, Counted } from './counted.ts';
import { assumptions, ownLimits, type Quotas } from './quotas.ts';
import { gate, type Passage, passAll, places, rate, type Station } from './stations.ts';

/** What happens to a fleet at one moment. */
export interface Scenario {
  readonly nodes: number;
  /** Nodes whose alerts come at once. */
  readonly alerts: number;
  /** Whether each node has a fault of its own, or they share their hub, or the API server answers nobody. */
  readonly fault: 'own' | 'hub' | 'control-plane';
}

export interface Outcome {
  /** Clusters, each with a stack of its own: Kubernetes takes so many nodes in one. */
  readonly clusters: number;
  /** Until every alert has an incident. */
  readonly opened: Passage;
  /** Until every incident is held, or every node that the breakers leave was looked at, repaired and verified. */
  readonly settled: Passage;
  /** Incidents that are worked; the others are held, or handed over by an open breaker. */
  readonly worked: number;
  /** Until the chat shows the last of them. */
  readonly chatSeconds: number;
}

/**
 * Every incident passes each limit once, with all that it asks of it, first come, first served. What it asks is counted
 * (counted.json); the limits are parameters. Stations of a cluster count as often as there are clusters.
 */
export function play({ nodes, alerts, fault }: Scenario, counted: Counted, quotas: Quotas): Outcome {
  const clusters = Math.ceil(nodes / quotas.nodesOfCluster);
  const opening = stationsToOpen(quotas, clusters);
  const opened = passAll(opening, alerts);
  const most = Math.floor((nodes * ownLimits.brokenPercent) / 100);
  const worked = fault === 'own' ? Math.min(alerts, most) : clusters;
  const settling =
    fault === 'own'
      ? stationsToRepair(counted, quotas, nodes, clusters)
      : stationsToHold(counted, quotas, nodes, clusters, fault);
  const incidents = fault === 'own' ? worked : alerts;
  const settled = passAll([...opening, ...settling], incidents);
  const messages = worked * counted.ordinary.slack;
  return { clusters, opened, settled, worked, chatSeconds: messages / (quotas.postsToChannel * clusters) };
}

function stationsToOpen(quotas: Quotas, clusters: number): [Station, ...Station[]] {
  return [
    rate('SQS: messages of one queue', quotas.queueMessages * clusters, 1),
    rate('Lambda: new environments for dispatch', quotas.newEnvironments * clusters * ALERTS_OF_BATCH, 1),
    places('Lambda: dispatch', quotas.concurrency * ALERTS_OF_BATCH, assumptions.dispatchSeconds),
  ];
}

/** functions/dispatch reads ten at once. */
const ALERTS_OF_BATCH = 10;

function stationsToHold(
  { held }: Counted,
  quotas: Quotas,
  nodes: number,
  clusters: number,
  fault: 'hub' | 'control-plane',
): readonly Station[] {
  const { commandSeconds, holdSeconds } = assumptions;
  const { lookRounds, firstLookPauseSeconds } = ownLimits;
  // The first look finds the hub at fault; the first call that nobody answers, the control plane. Who waits comes again after a pause.
  const openAt = fault === 'hub' ? lookRounds * commandSeconds + firstLookPauseSeconds : API_TIMEOUT_SECONDS;
  return [
    gate(`the incident of the ${fault === 'hub' ? 'hub' : 'control plane'} is open`, openAt),
    rate('Lambda: new environments for runs', quotas.newEnvironments * clusters, 1),
    places('Lambda: runs at once', quotas.concurrency, holdSeconds),
    ...(held.listings === 0 ? [] : [listings(held, quotas, nodes, clusters)]),
    rate('DynamoDB: one partition lists open incidents', quotas.partitionWrites * clusters, held.listing),
    rate('DynamoDB: the table', quotas.tableWrites * clusters, held.table),
  ];
}

/** adapters/kubernetes/kubernetes-cluster.ts */
const API_TIMEOUT_SECONDS = 10;

function stationsToRepair({ ordinary }: Counted, quotas: Quotas, nodes: number, clusters: number): readonly Station[] {
  const { commandSeconds, nodesOfHub, brokenNodeBytes } = assumptions;
  const hubs = Math.ceil(nodes / nodesOfHub);
  const breakerUnits = (number: number) =>
    ordinary.breakers * Math.max(1, Math.ceil((Math.floor(number / clusters) * brokenNodeBytes) / 1_024));
  return [
    rate('Lambda: new environments for runs', quotas.newEnvironments * clusters, 1),
    places('Lambda: runs at once', quotas.concurrency, ordinary.rounds * commandSeconds),
    places(
      'Restitch: first looks at once behind a hub',
      ownLimits.firstLooks * hubs,
      ownLimits.lookRounds * commandSeconds,
    ),
    listings(ordinary, quotas, nodes, clusters),
    rate('DynamoDB: one partition lists open incidents', quotas.partitionWrites * clusters, ordinary.listing),
    rate('DynamoDB: the record of a cluster’s breakers', quotas.partitionWrites * clusters, breakerUnits),
    rate('DynamoDB: the table', quotas.tableWrites * clusters, ordinary.table),
    places(
      'Run Command: commands at once on a hub',
      quotas.commandsAtOnce * hubs,
      ordinary.commandsOnHub * commandSeconds,
    ),
    rate('Run Command: SendCommand', quotas.sendCommands, ordinary.commands),
    rate('Run Command: ListCommandInvocations', quotas.lists, ordinary.lists),
    rate('Run Command: GetCommandInvocation', quotas.polls, ordinary.polls),
  ];
}

function listings(asked: AskedByIncident, quotas: Quotas, nodes: number, clusters: number): Station {
  const bytes = asked.listings * Math.ceil(nodes / clusters) * assumptions.nodeBytes;
  return rate('Kubernetes: listings of one API server', quotas.apiBytes * clusters, bytes);
}

/** Each limit by itself: how many incidents it lets through in a second. */
export function wallsOf(nodes: number, counted: Counted, quotas: Quotas): readonly Station[] {
  const clusters = Math.ceil(nodes / quotas.nodesOfCluster);
  return [...stationsToOpen(quotas, clusters), ...stationsToRepair(counted, quotas, nodes, clusters)];
}
