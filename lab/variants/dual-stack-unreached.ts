import type { LabHost } from '../namespaces/lab-host.ts';
import { addressOf } from '../namespaces/topology.ts';
import { vxlanOfBoth } from './dual-stack.ts';
import { dualStackFleet } from './dual-stack-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

const uplink = ({ eth0 }: LabHost) => ({ address: addressOf(eth0.address6), dev: 'eth0' });

export const dualStackUnreached: LabVariant = {
  name: 'dual-stack-unreached',
  story: 'flannel announces the IPv6 addresses of the uplinks, which no tunnel carries, so that IPv6 never worked.',
  fleet: dualStackFleet(vxlanOfBoth(uplink), { isUnreached: true }),
};
