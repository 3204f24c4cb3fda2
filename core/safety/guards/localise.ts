import type { Plan } from '../../repair/plan.ts';
import { allow, deny, type Guard } from './guard.ts';

/** A node is taken out of service only for a fault of its own. */
export const localise: Guard = {
  name: 'localise',
  decide: ({ plan, diagnosis: { hostAtFault }, node }) => {
    const inputs = { hostAtFault, node: node.metadata.name };
    if (helpsNode(plan, hostAtFault, node.metadata.name)) return allow(inputs);
    return deny(inputs, `the fault lies on ${hostAtFault ?? 'no host of the fleet'}, not on the node`);
  },
};

/** A stage without a plan takes the node out of service. That does not help where the hub or a peer is at fault. */
export function helpsNode(plan: Plan | null, hostAtFault: string | null, node: string): boolean {
  return plan !== null || hostAtFault === node;
}
