import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import { withPodNetworks } from './with-pod-networks.ts';

export const pods26: LabVariant = {
  name: 'pods-26',
  story: 'Pod networks are /26, four nodes to a byte.',
  fleet: { ...plainFleet, hosts: withPodNetworks('10.42.0.0/26', '10.42.0.64/26', '10.42.0.128/26', '10.42.0.192/26') },
};
