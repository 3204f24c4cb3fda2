import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const plainHostGw: LabVariant = {
  name: 'host-gw',
  story: 'flannel makes routes only, and every node is in the tunnel.',
  fleet: { ...plainFleet, backend: 'host-gw' },
};
