import type { CapacityLedger, CapacitySlot } from './disruption-budget.ts';

/** One of the clusters that share a table. */
export interface LedgerOwner {
  /** Every name of the cluster; the first one is its own. */
  readonly names: readonly [string, ...string[]];
  /** It also has the slots that name no cluster: those from before version 0.2.0, when there was one cluster per table. */
  readonly takesUnnamed: boolean;
}

/** The ledger as one cluster sees it: its own slots. Those of the others are neither shown nor changed. */
export function capacityOfCluster(ledger: CapacityLedger, { names, takesUnnamed }: LedgerOwner): CapacityLedger {
  const [cluster] = names;
  const isOurs = (slot: CapacitySlot) => (slot.cluster === undefined ? takesUnnamed : names.includes(slot.cluster));
  const ours = (slots: readonly CapacitySlot[]) => slots.filter(isOurs);
  return {
    read: async () => ours(await ledger.read()),
    update: async (change) =>
      ours(
        await ledger.update((slots) => {
          const changed = change(ours(slots));
          if (changed === undefined) return undefined;
          return [...slots.filter((slot) => !isOurs(slot)), ...changed.map((slot) => ({ ...slot, cluster }))];
        }),
      ),
  };
}
