import type { NodeObject } from '../evidence/node-object.ts';
import { classOf, type Incident, type IncidentPhase } from '../incident/incident.ts';
import type { Approval } from '../safety/approval.ts';
import type { BreakerRecord } from '../safety/breaker.ts';
import type { CapacitySlot } from '../safety/disruption-budget.ts';
import { type Claim, readClaim } from '../safety/node-claim.ts';
import { type Pause, type PauseList, pausesInForce } from '../safety/pause.ts';
import type { Measurement } from './measurement.ts';
import type { MetricName } from './metric-list.ts';

/** What a pass of sweep read of one cluster. Undefined: it could not be read, and nothing is said of it. Null: there is none. */
export interface StateSnapshot {
  readonly cluster: string;
  /** This deployment: claims of another one are not counted. */
  readonly stackId: string;
  /** Of every cluster. */
  readonly open: readonly Incident[] | undefined;
  /** Of every cluster. */
  readonly pending: readonly Approval[] | undefined;
  readonly nodes: readonly NodeObject[] | undefined;
  readonly slots: readonly CapacitySlot[] | undefined;
  readonly breakers: BreakerRecord | null | undefined;
  readonly pauses: PauseList | null | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The figures of one cluster as it stands. A figure whose facts could not be read is left out: it is not 0. */
export function stateMeasurements(snapshot: StateSnapshot): readonly Measurement[] {
  return [
    ...ofIncidents(snapshot),
    ...ofQuestions(snapshot),
    ...ofClaims(snapshot),
    ...ofSlots(snapshot),
    ...ofBreakers(snapshot),
    ...ofPauses(snapshot),
  ];
}

function ofIncidents({ cluster, open, now }: StateSnapshot): readonly Measurement[] {
  if (open === undefined) return [];
  const ours = open.filter(({ target }) => target.cluster === cluster);
  const count = (metric: MetricName, phase: IncidentPhase) =>
    figure(cluster, metric, ours.filter((incident) => incident.phase === phase).length);
  const since = Math.min(now, ...ours.map(({ openedAt }) => openedAt));
  const byClass = [...Map.groupBy(ours, classOf)].map(
    ([Class, { length }]): Measurement => ({
      metric: 'OpenIncidents',
      value: length,
      by: { Cluster: cluster, Class },
    }),
  );
  return [
    figure(cluster, 'OpenIncidents', ours.length),
    figure(cluster, 'OldestIncidentSeconds', (now - since) / 1_000),
    count('HeldIncidents', 'held'),
    count('AwaitingApprovalIncidents', 'awaiting-approval'),
    count('HandedOverIncidents', 'handed-over'),
    ...byClass,
  ];
}

function ofQuestions({ cluster, pending, now }: StateSnapshot): readonly Measurement[] {
  if (pending === undefined) return [];
  const asked = pending.filter(({ target }) => target.cluster === cluster).map(({ requestedAt }) => requestedAt);
  return [figure(cluster, 'OldestApprovalSeconds', (now - Math.min(now, ...asked)) / 1_000)];
}

/** Whether a claim is an orphan is not known where the open incidents are not. */
function ofClaims({ cluster, nodes, open, stackId }: StateSnapshot): readonly Measurement[] {
  if (nodes === undefined) return [];
  const claims = nodes.flatMap(claimOn).filter((claim) => (claim.stackId ?? stackId) === stackId);
  const all = figure(cluster, 'Claims', claims.length);
  if (open === undefined) return [all];
  const known = new Set(open.map(({ incidentId }) => incidentId));
  return [all, figure(cluster, 'OrphanClaims', claims.filter(({ incidentId }) => !known.has(incidentId)).length)];
}

function claimOn(node: NodeObject): readonly Claim[] {
  const reading = readClaim(node);
  return reading.type === 'ours' ? [reading.claim] : [];
}

function ofSlots({ cluster, slots, now }: StateSnapshot): readonly Measurement[] {
  if (slots === undefined) return [];
  const held = new Set(slots.filter(({ expiresAt }) => now < expiresAt).map(({ node }) => node));
  return [figure(cluster, 'ReservedNodes', held.size)];
}

function ofBreakers({ cluster, breakers }: StateSnapshot): readonly Measurement[] {
  if (breakers === undefined) return [];
  const tripped = Object.keys(breakers?.tripped ?? {});
  const byScope = [...Map.groupBy(tripped, (name) => name.split('=', 1)[0] ?? name)].map(
    ([Scope, { length }]): Measurement => ({
      metric: 'OpenBreakers',
      value: length,
      by: { Cluster: cluster, Scope },
    }),
  );
  return [figure(cluster, 'OpenBreakers', tripped.length), ...byScope];
}

function ofPauses({ cluster, pauses, now }: StateSnapshot): readonly Measurement[] {
  if (pauses === undefined) return [];
  const concerns = ({ scope }: Pause) => scope.type !== 'cluster' || scope.cluster === cluster;
  return [figure(cluster, 'PausesInForce', pausesInForce(pauses ?? undefined, now).filter(concerns).length)];
}

function figure(cluster: string, metric: MetricName, value: number): Measurement {
  return { metric, value, by: { Cluster: cluster } };
}
