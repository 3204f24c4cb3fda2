import { findNode } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { stagesLeft } from '../../core/runbook/stages-left.ts';
import type { TrackKey } from '../../core/safety/autonomy.ts';
import type { BreakerScope } from '../../core/safety/breaker.ts';
import { breakerScopes } from '../../core/safety/breaker-scopes.ts';
import { hostsActedOn } from '../../core/safety/hosts-acted-on.ts';
import type { PauseSubject } from '../../core/safety/pause.ts';
import { runbookFor } from '../../runbooks/catalogue.ts';
import type { Seen } from './look/seen.ts';
import type { Run } from './run.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';

/** What a planned stage concerns, as pauses, memories, breakers and track records name it. */
export interface ActSubject {
  readonly node: string;
  /** Every host and route table that would be acted on. */
  readonly hosts: readonly string[];
  readonly pause: PauseSubject;
  readonly breakers: readonly BreakerScope[];
  /** Whether it is the first rung that the runbook has against the cause. */
  readonly cheapest: boolean;
  readonly track: TrackKey;
}

/** Pure, so that a replay comes to the same. */
export function actSubject(
  { settings: { labels } }: Pick<Run, 'settings'>,
  { target: { cluster } }: Incident,
  { evidence: { nodes, target }, diagnosis }: Seen,
  { stage, plan }: Pick<PlannedStage, 'stage' | 'plan'>,
): ActSubject {
  const node = findNode(nodes, target.node);
  const hosts = hostsActedOn(plan, target.node);
  const poolOf = (name: string) => findNode(nodes, name)?.metadata.labels[labels.pool] ?? '';
  const pools = new Set([target.node, ...hosts].map(poolOf).filter((pool) => pool !== ''));
  const { class: faultClass } = diagnosis;
  const runbook = runbookFor(faultClass);
  const [cheapest] = runbook === undefined ? [] : stagesLeft(runbook, diagnosis, []);
  return {
    node: target.node,
    hosts,
    pause: { cluster, pools: [...pools], class: faultClass },
    breakers: node === undefined ? [] : breakerScopes(cluster, node, nodes, labels),
    cheapest: cheapest?.name === stage.name,
    track: { cluster, pool: poolOf(target.node), class: faultClass, stage: stage.name },
  };
}
