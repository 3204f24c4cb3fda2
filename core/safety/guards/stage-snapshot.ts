import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import type { NodeObject } from '../../evidence/node-object.ts';
import type { Plan } from '../../repair/plan.ts';
import type { Stage } from '../../runbook/runbook.ts';

/** Everything a guard may look at, taken seconds before the stage would act. `now` is epoch milliseconds. */
export interface StageSnapshot {
  readonly incidentId: string;
  readonly stage: Stage;
  readonly diagnosis: Diagnosis;
  readonly node: NodeObject;
  readonly nodes: readonly NodeObject[];
  /** What would be done on hosts or in route tables; null for a stage that only takes the node out of service. */
  readonly plan: Plan | null;
  readonly poolLabel: string;
  readonly budget: DisruptionBudget;
  /** Whether stages with the approval `by-policy` ask. */
  readonly approveByPolicy: boolean;
  readonly now: number;
}

/** How many nodes of a pool may be out of service at once. The larger limit counts, so that a pool of three can be helped. */
export interface DisruptionBudget {
  readonly maxPercent: number;
  readonly minNodes: number;
}
