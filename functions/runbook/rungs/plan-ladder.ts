import { type Plan, whyUnfit } from '../../../core/repair/plan.ts';
import type { Runbook, Stage } from '../../../core/runbook/runbook.ts';
import { stagesLeft, type TriedStage } from '../../../core/runbook/stages-left.ts';
import type { Seen } from '../look/seen.ts';
import type { Rung } from './rung.ts';
import { rungs } from './rungs.ts';

/** A stage of the ladder with what it would do for what was seen. */
export interface PlannedStage {
  readonly stage: Stage;
  readonly rung: Rung;
  readonly plan: Plan | null;
  /** The nodes that it takes out of service, or whose pods it may disturb. */
  readonly takes: readonly string[];
  /** Everything it would do, one line each. */
  readonly lines: readonly string[];
  /** Why the plan cannot be carried out; undefined when it can. */
  readonly unfit: string | undefined;
}

/** What every stage that was not tried would do, lowest rung first. The first whose `unfit` is undefined comes next. */
export function planLadder(runbook: Runbook, seen: Seen, tried: readonly TriedStage[]): readonly PlannedStage[] {
  return stagesLeft(runbook, seen.diagnosis, tried).map((stage) => {
    const rung = rungs[stage.name];
    const { node } = seen.evidence.target;
    const plan = rung.plan(seen);
    const lines = rung.lines(plan, node);
    return {
      stage,
      rung,
      plan,
      takes: takenBy(rung, plan, node),
      lines,
      unfit: plan === null ? undefined : whyUnfit(plan),
    };
  });
}

function takenBy(rung: Rung, plan: Plan | null, node: string): readonly string[] {
  if (rung.claim === null) return [];
  return plan === null ? [node] : plan.hosts.map(({ host }) => host);
}
