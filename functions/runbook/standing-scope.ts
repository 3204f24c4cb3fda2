import type { Incident } from '../../core/incident/incident.ts';
import type { RecordedDecision } from '../../core/safety/guards/guard-stage.ts';
import { neverStanding, type StandingScope } from '../../core/safety/standing-approval.ts';
import type { Briefing } from './brief-question.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';

/** The guards whose question is about the kind of stage, and not about this node or this plan. */
const aboutTheKind: readonly string[] = ['approval', 'autonomy'];

/**
 * What a standing approval would have to cover to answer this question. Undefined: the question wants a yes of its own, because of the
 * plan, the node, a budget, or hosts in several pools or in none.
 */
export function standingScope(
  { target: { cluster } }: Pick<Incident, 'target'>,
  { stage, plan }: Pick<PlannedStage, 'stage' | 'plan'>,
  { brief: { class: faultClass, pools } }: Briefing,
  decisions: readonly RecordedDecision[],
): StandingScope | undefined {
  const [pool = '', ...more] = pools;
  if (pool === '' || more.length > 0) return undefined;
  if (stage.approval === 'always' || neverStanding.includes(stage.name)) return undefined;
  if ((plan?.asks ?? []).length > 0) return undefined;
  const asking = decisions.filter(({ verdict }) => verdict.type === 'ask');
  if (asking.some(({ guard }) => !aboutTheKind.includes(guard))) return undefined;
  return { cluster, pool, class: faultClass, rung: stage.name };
}
