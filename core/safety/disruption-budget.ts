import * as z from 'zod';

/** What shares a budget, from the narrowest to the widest. */
export const capacityScopes = ['pool', 'site', 'hub', 'cluster'] as const;

export type ScopeKind = (typeof capacityScopes)[number];

/** How many nodes of a scope may be out of service at once. The larger limit counts, so that a pool of three can be helped. */
export interface DisruptionBudget {
  readonly maxPercent: number;
  readonly minNodes: number;
}

export type DisruptionBudgets = Readonly<Record<ScopeKind, DisruptionBudget>>;

/** One node that an incident may take out of service, reserved before it does so. `expiresAt`: epoch milliseconds. */
export const CapacitySlot = z.object({
  cluster: z.string().optional().describe('whose node it is; absent: stored before a table could serve several'),
  node: z.string(),
  incidentId: z.string(),
  operationKey: z.string().describe('the operation that reserved it'),
  expiresAt: z.int(),
  gate: z.boolean().optional().describe('reserved by health gating: no run frees it, only sweep, which made it'),
});

export type CapacitySlot = z.infer<typeof CapacitySlot>;

/**
 * The port to the reserved capacity. All slots of a table are one item, so that one compare-and-set decides about every scope at
 * once; `capacityOfCluster` shows those of one cluster. Throws `RestitchError` (code `store`).
 */
export interface CapacityLedger {
  read(): Promise<readonly CapacitySlot[]>;
  /**
   * Reads, changes and writes back with compare-and-set, repeated on conflict. Undefined: leave it as it is. Returns what is
   * stored then.
   */
  update(
    change: (slots: readonly CapacitySlot[]) => readonly CapacitySlot[] | undefined,
  ): Promise<readonly CapacitySlot[]>;
}
