import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import { withPodNetworks } from './with-pod-networks.ts';

export const pods23: LabVariant = {
  name: 'pods-23',
  story: 'Nodes have 510 pod addresses each: pod networks are /23.',
  fleet: { ...plainFleet, hosts: withPodNetworks('10.42.0.0/23', '10.42.2.0/23', '10.42.22.0/23', '10.42.24.0/23') },
};
