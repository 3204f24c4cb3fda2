import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import { isEmptyPlan, type Plan } from '../repair/plan.ts';
import type { Stage } from '../runbook/runbook.ts';
import { readClaim } from './node-claim.ts';

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
  readonly now: number;
}

/** How many nodes of a pool may be out of service at once. The larger limit counts, so that a pool of three can be helped. */
export interface DisruptionBudget {
  readonly maxPercent: number;
  readonly minNodes: number;
}

export type Verdict =
  | { readonly type: 'allow' }
  | { readonly type: 'deny'; readonly guard: string; readonly reason: string };

type Guard = (snapshot: StageSnapshot) => Verdict;

const guardsInOrder: readonly Guard[] = [
  diagnosisGoodEnough,
  planesAllow,
  planNotEmpty,
  faultIsHere,
  notClaimedByOthers,
  withinDisruptionBudget,
];

/** Decides whether a stage may act now. The first "no" stands, with its reason; unknown input denies. */
export function guardStage(snapshot: StageSnapshot): Verdict {
  for (const guard of guardsInOrder) {
    const verdict = guard(snapshot);
    if (verdict.type === 'deny') return verdict;
  }
  return { type: 'allow' };
}

function diagnosisGoodEnough({ stage, diagnosis }: StageSnapshot): Verdict {
  if (diagnosis.confidence >= stage.minConfidence) return { type: 'allow' };
  return deny(
    'diagnosis',
    `confidence ${diagnosis.confidence} is below the ${stage.minConfidence} that ${stage.name} needs`,
  );
}

/** A stage that sends commands needs the agent online. */
function planesAllow({ plan, diagnosis: { planes } }: StageSnapshot): Verdict {
  if (plan === null || plan.hosts.length === 0 || planes.mayAct) return { type: 'allow' };
  return deny('three-planes', `the SSM agent of the node is ${planes.agent}`);
}

function planNotEmpty({ plan, stage }: StageSnapshot): Verdict {
  if (plan === null || !isEmptyPlan(plan)) return { type: 'allow' };
  return deny('plan', `${stage.name} has an empty plan`);
}

function faultIsHere({ plan, diagnosis: { hostAtFault }, node }: StageSnapshot): Verdict {
  if (helpsNode(plan, hostAtFault, node.metadata.name)) return { type: 'allow' };
  return deny('localise', `the fault lies on ${hostAtFault ?? 'no host of the fleet'}, not on the node`);
}

/** A stage without a plan takes the node out of service. That does not help where the hub or a peer is at fault. */
export function helpsNode(plan: Plan | null, hostAtFault: string | null, node: string): boolean {
  return plan !== null || hostAtFault === node;
}

function notClaimedByOthers({ node, incidentId, now }: StageSnapshot): Verdict {
  const reading = readClaim(node);
  if (reading.type === 'unreadable') return deny('claim', 'the claim on the node cannot be read');
  if (reading.type === 'ours' && reading.claim.incidentId !== incidentId && reading.claim.expiresAt > now) {
    return deny('claim', `the node is claimed by incident ${reading.claim.incidentId}`);
  }
  return { type: 'allow' };
}

/** A node that anybody has cordoned is out of service. The node itself counts as one more. */
function withinDisruptionBudget({ stage, node, nodes, poolLabel, budget }: StageSnapshot): Verdict {
  if (!stage.disruptive) return { type: 'allow' };
  const poolOf = (candidate: NodeObject) => candidate.metadata.labels[poolLabel];
  const pool = nodes.filter((candidate) => poolOf(candidate) === poolOf(node));
  const out = pool.filter(
    (candidate) => candidate.metadata.name !== node.metadata.name && candidate.spec.unschedulable === true,
  );
  const allowed = Math.max(budget.minNodes, Math.floor((pool.length * budget.maxPercent) / 100));
  if (out.length + 1 <= allowed) return { type: 'allow' };
  return deny(
    'budget',
    `${out.length} of ${pool.length} nodes of pool ${poolOf(node) ?? '(none)'} are out of service already; at most ${allowed} may be`,
  );
}

function deny(guard: string, reason: string): Verdict {
  return { type: 'deny', guard, reason };
}
