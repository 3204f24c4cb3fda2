import { loseAtRandom } from '../faults/lose-at-random.ts';
import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const lossy2Percent: LabVariant = {
  name: 'lossy-2-percent',
  story: 'The line of one site loses 2 % of all packets, as rented lines do, and everything works.',
  fleet: { ...plainFleet, afterwards: [loseAtRandom('inet', 'iifname "nat1"', 2)] },
};
