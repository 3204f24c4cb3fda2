import type { ExpectedFleet } from '../../core/watchdog/expected-network-file.ts';
import type { Fleet } from '../../lab/fleet.ts';
import type { LabVariant } from '../../lab/variants/lab-variant.ts';
import { withVariantFleet } from '../with-variant-fleet.ts';
import { expectedFleet } from './record-fault.ts';
import { keepExpectedNetworks } from './scrape-fleet.ts';

/** A variant's fleet with the expected network on every host. `expected`: as its Node objects are now. */
export function withWatchedFleet<T>(
  variant: LabVariant,
  use: (fleet: Fleet, expected: () => Promise<ExpectedFleet>) => Promise<T>,
): Promise<T> {
  return withVariantFleet(variant, async ({ fleet, source, config }) => {
    const expected = () => expectedFleet(fleet, source.ports.cluster, config);
    await keepExpectedNetworks(fleet, await expected());
    return use(fleet, expected);
  });
}
