import type { Fleet } from '../lab/fleet.ts';
import type { LocalConfig } from './config.ts';
import type { FleetRecord } from './kubernetes/seed-inventory.ts';

/** What the platform team of a fleet of ours keeps, where the settings say that Restitch reads it. */
export function fleetRecord({ inventory }: Fleet, config: LocalConfig): FleetRecord {
  return { namespace: config.INVENTORY_NAMESPACE, inventory: config.LAB_INVENTORY === 'off' ? null : inventory };
}
