import { targetKey } from '../../core/alert/target.ts';
import type { OperatorHold, OperatorHolds } from '../../core/safety/operator-hold.ts';

/** Holds of nodes in memory. */
export function createInMemoryOperatorHolds(): OperatorHolds {
  const holds = new Map<string, OperatorHold>();
  return {
    get: async (target) => holds.get(targetKey(target)),
    put: async (target, hold) => {
      holds.set(targetKey(target), hold);
    },
  };
}
