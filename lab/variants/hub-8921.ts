import { fragmentOuter } from '../faults/mtu/fragment-outer.ts';
import { changedHosts, plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';
import { withTunnelMtu } from './with-tunnel-mtu.ts';

export const hub8921: LabVariant = {
  name: 'hub-8921',
  story:
    'The hub’s tunnel has 8921 bytes, which wg-quick takes from its interface; its packets are cut on the way, and all arrive.',
  fleet: {
    ...plainFleet,
    hosts: changedHosts({ 'hub-1': withTunnelMtu(8921) }),
    afterwards: fragmentOuter(),
  },
};
