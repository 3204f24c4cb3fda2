import { type FleetLabels, findNode } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import type { FaultClass } from '../fault-class.ts';
import type { Plan } from '../repair/plan.ts';
import type { RuleSubject } from './approval-rules.ts';
import { hostsActedOn } from './hosts-acted-on.ts';

/** A planned stage as the approval rules see it. What is acted on and is no node, a route table for one, counts as without a pool. */
export function ruleSubject(
  { nodes, labels }: { readonly nodes: readonly NodeObject[]; readonly labels: Pick<FleetLabels, 'pool'> },
  {
    node,
    plan,
    rung,
    faultClass,
  }: {
    readonly node: string;
    readonly plan: Plan | null;
    readonly rung: string;
    readonly faultClass: FaultClass;
  },
): RuleSubject {
  const poolOf = (name: string) => findNode(nodes, name)?.metadata.labels[labels.pool] ?? '';
  const pools = [...new Set([node, ...hostsActedOn(plan, node)].map(poolOf))];
  return { class: faultClass, rung, pools };
}
