import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import { withPodNetworks } from './with-pod-networks.ts';

export const otherPodRange: LabVariant = {
  name: 'other-pod-range',
  story: 'Pods are in 172.20.0.0/16, because 10.42 belongs to somebody else.',
  fleet: {
    ...plainFleet,
    clusterCidr: '172.20.0.0/16',
    hosts: withPodNetworks('172.20.0.0/24', '172.20.1.0/24', '172.20.11.0/24', '172.20.12.0/24'),
  },
};
