import { drainNode } from '../drain-node.ts';
import type { Rung } from './rung.ts';

/** Moves the pods off a node that stays out of service. A pod that was evicted runs elsewhere: there is nothing to put back. */
export const drain: Rung = {
  name: 'drain',
  claim: 'quarantined',
  confirmWithinSeconds: null,
  plan: () => null,
  lines: (_, node) => [
    `${node}: evict its pods by the eviction API, as far as their PodDisruptionBudgets allow; none is deleted`,
    'pods of DaemonSets, mirror pods and pods without a controller stay',
  ],
  act: drainNode,
  settle: async () => undefined,
};
