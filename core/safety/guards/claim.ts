import { claimExpired, readClaim } from '../node-claim.ts';
import { allow, deny, type Guard, wait } from './guard.ts';

/** A node that another incident works on is busy. An annotation that is not ours to read is left alone. */
export const claim: Guard = {
  name: 'claim',
  decide: ({ node, incidentId, now }) => {
    const reading = readClaim(node);
    if (reading.type === 'none') return allow({ claim: 'none' });
    if (reading.type === 'unreadable') return deny({ claim: 'unreadable' }, 'the claim on the node cannot be read');
    const { claim: held } = reading;
    const inputs = { claimedBy: held.incidentId, level: held.level, expiresAt: held.expiresAt };
    if (held.incidentId === incidentId || claimExpired(held, now)) return allow(inputs);
    return wait(inputs, `the node is claimed by incident ${held.incidentId}`);
  },
};
