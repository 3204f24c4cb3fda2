import { measuredPaths } from '../evidence/paths.ts';
import type { Facts } from './facts.ts';

/** The node has pods with a network, and no packet was sent to any of them: that they are reached is not known. */
export function unmeasuredPods({ evidence, node, name }: Facts): readonly string[] {
  const pods = node?.pods.veths ?? 0;
  if (pods === 0) return [];
  const reached = measuredPaths(evidence).some(({ kind, to }) => kind === 'workload' && to === name);
  return reached ? [] : [`${name} has ${pods} pods, and none of them answers the node itself`];
}
