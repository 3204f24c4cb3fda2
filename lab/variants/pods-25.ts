import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import { withPodNetworks } from './with-pod-networks.ts';

export const pods25: LabVariant = {
  name: 'pods-25',
  story: 'Pod networks are /25, two nodes to a byte.',
  fleet: {
    ...plainFleet,
    hosts: withPodNetworks('10.42.0.0/25', '10.42.0.128/25', '10.42.11.0/25', '10.42.11.128/25'),
  },
};
