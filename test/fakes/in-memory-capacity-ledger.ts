import type { CapacityLedger, CapacitySlot } from '../../core/safety/disruption-budget.ts';

/** Reserved capacity in memory. */
export function createInMemoryCapacityLedger(): CapacityLedger {
  let slots: readonly CapacitySlot[] = [];
  return {
    read: async () => slots,
    update: async (change) => {
      slots = change(slots) ?? slots;
      return slots;
    },
  };
}
