import * as z from 'zod';
import { printInventory } from '../../adapters/inventory/inventory-yaml.ts';
import { INVENTORY_CONFIG_MAP, INVENTORY_KEY } from '../../adapters/kubernetes/read-inventory.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { putConfigMap } from './config-maps.ts';
import type { NodeTable } from './node-table.ts';

/** The inventory of the fleet's platform team. */
export interface FleetRecord {
  /** Where its ConfigMap is. */
  readonly namespace: string;
  /** Null: the team keeps none. */
  readonly inventory: Inventory | null;
}

const MANAGED_BY = 'app.kubernetes.io/managed-by';
const US = 'restitch-lab';

/**
 * Writes the record into its ConfigMap anew, as `seedNodes` does with the nodes, whatever is there. Where the team keeps none, the
 * one of an earlier start goes; one that somebody else made stays.
 */
export function seedInventory(table: NodeTable, { namespace, inventory }: FleetRecord, now: number): void {
  if (inventory === null) {
    if (isOwn(table.object('ConfigMap', namespace, INVENTORY_CONFIG_MAP)))
      table.deleteObject('ConfigMap', namespace, INVENTORY_CONFIG_MAP);
    return;
  }
  const metadata = { name: INVENTORY_CONFIG_MAP, labels: { [MANAGED_BY]: US } };
  putConfigMap(table, namespace, { metadata, data: { [INVENTORY_KEY]: printInventory(inventory) } }, now);
}

const OwnConfigMap = z.object({ metadata: z.object({ labels: z.object({ [MANAGED_BY]: z.literal(US) }) }) });

function isOwn(configMap: object | undefined): boolean {
  return OwnConfigMap.safeParse(configMap).success;
}
