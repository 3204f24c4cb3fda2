import { breakerState, forbiddenByBreaker } from '../breaker.ts';
import { allow, deny, type Guard } from './guard.ts';

/** Nothing acts while too much looks broken at once, but for one canary. */
export const breaker: Guard = {
  name: 'breaker',
  decide: ({ standing, node, incidentId, now }) => {
    const { breakers, breakerScopes, breakerLimits, cheapest } = standing;
    const inputs = {
      limits: breakerLimits,
      breakers: breakerScopes.map((name) => [name, breakerState(breakers.tripped[name], breakerLimits, now)]),
    };
    const candidate = { incidentId, node: node.metadata.name, cheapest };
    const why = forbiddenByBreaker(breakers, breakerScopes, candidate, breakerLimits, now);
    return why === undefined ? allow(inputs) : deny(inputs, why);
  },
};
