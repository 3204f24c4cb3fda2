import { claimExpired, cordonedByOthers, isHeldBy, readClaim } from '../node-claim.ts';
import { allow, ask, deny, type Guard, wait } from './guard.ts';

/**
 * A node that another incident or another deployment works on is busy. A node that a person had cordoned is touched only with
 * approval. An annotation that is not ours to read is left alone.
 */
export const claim: Guard = {
  name: 'claim',
  decide: ({ node, incidentId, stackId, now }) => {
    const reading = readClaim(node);
    const cordoned = node.spec.unschedulable === true;
    if (reading.type === 'unreadable')
      return deny({ claim: 'unreadable', cordoned }, 'the claim on the node cannot be read');
    const held = reading.type === 'ours' ? reading.claim : undefined;
    const inputs = { claim: held ?? null, cordoned };
    if (held !== undefined && !isHeldBy(held, { incidentId, stackId }) && !claimExpired(held, now)) {
      return wait(inputs, `the node is claimed by incident ${held.incidentId}`);
    }
    if (cordonedByOthers(node)) return ask(inputs, 'somebody else has cordoned the node');
    return allow(inputs);
  },
};
