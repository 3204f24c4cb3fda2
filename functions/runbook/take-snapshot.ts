import { type Evidence, measuredBy } from '../../core/evidence/evidence.ts';
import { findNode } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { rulesInForce } from '../../core/safety/approval-rules.ts';
import type { HostAnswer, StageSnapshot } from '../../core/safety/guards/stage-snapshot.ts';
import type { Standing } from '../../core/safety/guards/standing.ts';
import { compressed } from './compressed.ts';
import type { Seen } from './look/seen.ts';
import { readStanding } from './read-standing.ts';
import { effect, type Run } from './run.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';

const serdes = compressed<{ readonly standing: Standing; readonly stores: Stores }>();

/** Everything that the guards look at. What a guard needs beyond the last look is read here. Undefined: the Node is gone. */
export async function takeSnapshot(
  run: Run,
  incident: Incident,
  seen: Seen,
  planned: PlannedStage,
): Promise<StageSnapshot | undefined> {
  const { evidence, diagnosis } = seen;
  const { stage, plan, takes } = planned;
  const node = findNode(evidence.nodes, evidence.target.node);
  if (node === undefined) return undefined;
  const { labels, budgets, stackId, approveQuarantine, approvalRules } = run.settings;
  // Together, so that most of it is one request.
  const { standing, stores } = await effect(
    run,
    'read guards',
    async () => {
      const [standing, stores] = await Promise.all([
        readStanding(run, incident, seen, planned),
        readStores(run, incident, node.metadata.name),
      ]);
      return { standing, stores };
    },
    serdes,
  );
  return {
    incidentId: incident.incidentId,
    cluster: incident.target.cluster,
    clusters: run.settings.clusters,
    answers: answersOf(evidence),
    stage,
    diagnosis,
    node,
    nodes: evidence.nodes,
    plan,
    takes,
    labels,
    budgets,
    stackId,
    approveByPolicy: approveQuarantine,
    approvalRules: rulesInForce(approvalRules, run.ports.readWindows, stores.now),
    standing,
    ...stores,
  };
}

function answersOf({ readings }: Evidence): readonly HostAnswer[] {
  return readings.flatMap((reading) => {
    const measured = measuredBy(reading);
    if (measured === undefined) return [];
    const { hostname, machineId = '' } = measured;
    const { host, instance = null } = reading;
    return [{ host, instance, hostname, machineId: machineId === '' ? null : machineId }];
  });
}

type Stores = Pick<StageSnapshot, 'slots' | 'firstUids' | 'handsOff' | 'hold' | 'now'>;

/** What the stores say now. Called inside a step. */
async function readStores(run: Run, { incidentId, target: { cluster } }: Incident, node: string): Promise<Stores> {
  const { clock, store, capacity, holds } = run.ports;
  const [slots, current, hold] = await Promise.all([
    capacity.read(),
    store.get(incidentId),
    holds.get({ cluster, node }),
  ]);
  return {
    slots,
    firstUids: current?.nodeUids ?? {},
    handsOff: current?.handsOff ?? null,
    hold: hold ?? null,
    now: clock(),
  };
}
