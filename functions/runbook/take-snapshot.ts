import { findNode } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { StageSnapshot } from '../../core/safety/guards/stage-snapshot.ts';
import type { Seen } from './look/seen.ts';
import { effect, type Run } from './run.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';

/** Everything that the guards look at. What a guard needs beyond the last look is read here. Undefined: the Node is gone. */
export async function takeSnapshot(
  run: Run,
  incident: Incident,
  { evidence, diagnosis }: Seen,
  { stage, plan }: PlannedStage,
): Promise<StageSnapshot | undefined> {
  const node = findNode(evidence.nodes, evidence.target.node);
  if (node === undefined) return undefined;
  const now = await effect(run, 'clock', async () => run.ports.clock());
  const { labels, budget, approveQuarantine } = run.settings;
  return {
    incidentId: incident.incidentId,
    stage,
    diagnosis,
    node,
    nodes: evidence.nodes,
    plan,
    poolLabel: labels.pool,
    budget,
    approveByPolicy: approveQuarantine,
    now,
  };
}
