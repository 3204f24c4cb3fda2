import type { NodeObject } from '../../evidence/node-object.ts';
import { allow, deny, type Guard } from './guard.ts';

/** A node that anybody has cordoned is out of service. The node itself counts as one more. */
export const budget: Guard = {
  name: 'budget',
  decide: ({ stage, node, nodes, poolLabel, budget: { maxPercent, minNodes } }) => {
    const poolOf = (candidate: NodeObject) => candidate.metadata.labels[poolLabel];
    const pool = nodes.filter((candidate) => poolOf(candidate) === poolOf(node));
    const out = pool.filter(
      (candidate) => candidate.metadata.name !== node.metadata.name && candidate.spec.unschedulable === true,
    );
    const allowed = Math.max(minNodes, Math.floor((pool.length * maxPercent) / 100));
    const inputs = { disruptive: stage.disruptive, pool: pool.length, out: out.length, allowed };
    if (!stage.disruptive || out.length + 1 <= allowed) return allow(inputs);
    const name = poolOf(node) ?? '(none)';
    return deny(
      inputs,
      `${out.length} of ${pool.length} nodes of pool ${name} are out of service already; at most ${allowed} may be`,
    );
  },
};
