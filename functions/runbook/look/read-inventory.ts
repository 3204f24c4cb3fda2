import type { Evidence } from '../../../core/evidence/evidence.ts';
import { checkInventory } from '../../../core/inventory/check-inventory.ts';
import { describeDifference } from '../../../core/inventory/difference.ts';
import { entriesOf } from '../../../core/inventory/inventory.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import type { Cluster } from '../../../core/safety/cluster.ts';

/** What the evidence holds of the record. */
export type RecordedFleet = Pick<Evidence, 'inventory' | 'inventoryUnusable'>;

/**
 * The entries of these hosts. A record that cannot be read, or that contradicts itself anywhere, is not used: the look goes on
 * without it, and what would need its word asks a person.
 */
export async function readInventory(
  cluster: Pick<Cluster, 'readInventory'>,
  namespace: string,
  hosts: readonly string[],
): Promise<RecordedFleet> {
  try {
    const reading = await cluster.readInventory(namespace);
    if (reading.type === 'absent') return {};
    if (reading.type === 'unusable') return { inventoryUnusable: reading.reason };
    const [contradiction] = checkInventory(reading.inventory);
    if (contradiction !== undefined)
      return { inventoryUnusable: `it contradicts itself: ${describeDifference(contradiction)}` };
    return {
      inventory: entriesOf(reading.inventory, hosts),
    };
  } catch (error) {
    if (!(error instanceof RestitchError)) throw error;
    return { inventoryUnusable: error.message };
  }
}
