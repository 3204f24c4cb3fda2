import { assertNever } from '../../assert-never.ts';
import { judgeCapacity } from '../judge-capacity.ts';
import { allow, ask, deny, type Guard, wait } from './guard.ts';

/**
 * Capacity is taken within the budget of every scope, and the last node of a pool only with approval. The same rule is applied
 * once more when the capacity is reserved.
 */
export const budget: Guard = {
  name: 'budget',
  decide: ({ takes, nodes, slots, labels, budgets, now }) => {
    if (takes.length === 0) return allow({ takes });
    const verdict = judgeCapacity({ nodes, labels, budgets }, slots, { nodes: takes, now });
    const inputs = { takes, scopes: verdict.uses };
    switch (verdict.type) {
      case 'fits':
        return allow(inputs);
      case 'last':
        return ask(inputs, verdict.reason);
      case 'full':
        return wait(inputs, verdict.reason);
      case 'never':
        return deny(inputs, verdict.reason);
      default:
        return assertNever(verdict);
    }
  },
};
