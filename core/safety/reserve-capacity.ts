import type { CapacityLedger, CapacitySlot } from './disruption-budget.ts';
import { type CapacityRequest, type CapacityVerdict, type CapacityView, judgeCapacity } from './judge-capacity.ts';

/**
 * Reserves the wanted nodes by compare-and-set. The same incident may ask again, and gets its slots with the new operation key.
 * `last` reserves too: the guards have asked a person then. Throws `RestitchError` (code `store`).
 */
export async function reserveCapacity(
  ledger: CapacityLedger,
  view: CapacityView,
  request: CapacityRequest,
): Promise<CapacityVerdict> {
  let verdict: CapacityVerdict = { type: 'fits', uses: [] };
  await ledger.update((slots) => {
    const others = slots.filter((slot) => slot.expiresAt > request.now && !isWanted(slot, request));
    verdict = judgeCapacity(view, slots, request);
    return verdict.type === 'fits' || verdict.type === 'last' ? [...others, ...slotsFor(request)] : undefined;
  });
  return verdict;
}

/** Frees the incident's slots except those of `keep` and those of health gating: sweep may be about to taint the node. */
export async function freeCapacity(
  ledger: CapacityLedger,
  incidentId: string,
  keep: readonly string[] = [],
): Promise<void> {
  const isFree = (slot: CapacitySlot) => isFreedWith(incidentId, slot) && !keep.includes(slot.node);
  await ledger.update((slots) => (slots.some(isFree) ? slots.filter((slot) => !isFree(slot)) : undefined));
}

/** The slot is free when the incident ends. */
export function isFreedWith(incidentId: string, slot: CapacitySlot): boolean {
  return slot.incidentId === incidentId && slot.gate !== true;
}

function isWanted({ incidentId, node, gate }: CapacitySlot, request: CapacityRequest): boolean {
  return incidentId === request.incidentId && request.nodes.includes(node) && gate === request.gate;
}

function slotsFor({ incidentId, operationKey, nodes, expiresAt, gate }: CapacityRequest): readonly CapacitySlot[] {
  return nodes.map((node) => ({ node, incidentId, operationKey, expiresAt, ...(gate ? { gate } : {}) }));
}
