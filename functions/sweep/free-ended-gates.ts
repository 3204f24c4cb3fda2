import { findNode } from '../../core/evidence/fleet-map.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { CapacitySlot } from '../../core/safety/disruption-budget.ts';
import { isHeldBy, readClaim } from '../../core/safety/node-claim.ts';
import type { GatePorts } from './gate-ports.ts';

/**
 * Frees the slots of health gating whose node carries no claim of their incident any more. `slots` were read before `nodes`. No
 * run may free them: sweep might be between the reservation and the taint.
 */
export async function freeEndedGates(
  { capacity }: Pick<GatePorts, 'capacity'>,
  stackId: string,
  nodes: readonly NodeObject[],
  slots: readonly CapacitySlot[],
): Promise<void> {
  const ended = slots.filter(({ gate, node, incidentId }) => {
    const object = findNode(nodes, node);
    const reading = object === undefined ? undefined : readClaim(object);
    return gate === true && !(reading?.type === 'ours' && isHeldBy(reading.claim, { incidentId, stackId }));
  });
  if (ended.length === 0) return;
  const isEnded = (slot: CapacitySlot) =>
    slot.gate === true &&
    ended.some(({ node, operationKey }) => node === slot.node && operationKey === slot.operationKey);
  await capacity.update((current) => current.filter((slot) => !isEnded(slot)));
}
