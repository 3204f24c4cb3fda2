import type { Evidence } from '../core/evidence/evidence.ts';
import { handover } from '../core/repair/handover.ts';
import { isEmptyPlan } from '../core/repair/plan.ts';
import { patienceFor } from '../core/runbook/patience.ts';
import type { Patience } from '../core/runbook/runbook.ts';
import { helpsNode } from '../core/safety/guards/localise.ts';
import { type Seen, understand } from '../functions/runbook/look/seen.ts';
import { type PlannedStage, planLadder } from '../functions/runbook/rungs/plan-ladder.ts';
import { runbookFor } from '../runbooks/catalogue.ts';

/** What the runbook would do for this evidence if it had tried nothing yet. */
export interface PlanDecision {
  readonly seen: Seen;
  /** The wait before the first stage. */
  readonly patience: Patience | undefined;
  /** Undefined: there is nothing to do, or only a person can do it. */
  readonly first: PlannedStage | undefined;
  /** What follows where the first stage does not heal the node, lowest rung first. */
  readonly later: readonly PlannedStage[];
  /** What only a person can change, one sentence each. */
  readonly byHand: readonly string[];
}

/** Takes the stages from the same ladder as the runbook. */
export function decidePlan(evidence: Evidence): PlanDecision {
  const seen = understand(evidence);
  const { diagnosis } = seen;
  const runbook = runbookFor(diagnosis.class);
  if (runbook === undefined)
    return { seen, patience: undefined, first: undefined, later: [], byHand: ofPerson(seen, []) };
  const ladder = planLadder(runbook, seen, []);
  const [first, ...later] = ladder.filter(
    ({ plan, unfit }) => unfit === undefined && helpsNode(plan, diagnosis.hostAtFault, evidence.target.node),
  );
  const isLowest = first !== undefined && first.stage === runbook.stages[0];
  return {
    seen,
    patience: isLowest ? patienceFor(runbook, evidence, diagnosis) : undefined,
    first,
    later,
    byHand: first?.plan?.beyond ?? ofPerson(seen, ladder),
  };
}

/** Where no stage repairs anything: what the plans could not do, and what a person can do about the cause. */
function ofPerson(seen: Seen, ladder: readonly PlannedStage[]): readonly string[] {
  const beyond = ladder.flatMap(({ plan, unfit }) => {
    if (plan === null || unfit === undefined) return [];
    return isEmptyPlan(plan) ? plan.beyond : [unfit];
  });
  return [...new Set([...beyond, ...handover(seen)])];
}
