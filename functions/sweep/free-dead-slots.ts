import { type Incident, isAtRest } from '../../core/incident/incident.ts';
import type { CapacitySlot } from '../../core/safety/disruption-budget.ts';
import type { SweepPorts } from './sweep.ts';

/**
 * Frees the reserved capacity of incidents that hold nothing any more: closed, unknown, or at rest without a claim. Only
 * the slot that was read is freed: a run that reserved again meanwhile has another operation key.
 */
export async function freeDeadSlots({ capacity, store, clock, log }: SweepPorts): Promise<number> {
  const slots = await capacity.read();
  const dead: CapacitySlot[] = [];
  for (const slot of slots) {
    if (slot.expiresAt <= clock() || isOver(await store.get(slot.incidentId))) dead.push(slot);
  }
  if (dead.length === 0) return 0;
  const isDead = (slot: CapacitySlot) =>
    dead.some(({ node, operationKey }) => node === slot.node && operationKey === slot.operationKey);
  await capacity.update((current) => current.filter((slot) => !isDead(slot)));
  for (const { node, incidentId } of dead) log.warn('dead-slot', { node, incidentId });
  return dead.length;
}

function isOver(incident: Incident | undefined): boolean {
  if (incident === undefined || incident.phase === 'closed') return true;
  return isAtRest(incident) && !incident.claimed;
}
