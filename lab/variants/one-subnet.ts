import { plainFleet } from '../namespaces/lab-fleet.ts';
import { directRouting } from './direct-routing.ts';
import type { LabVariant } from './lab-variant.ts';

export const oneSubnet: LabVariant = {
  name: 'one-subnet',
  story: 'Hub and cloud node share a subnet of the VPC, and flannel uses VXLAN between them all the same.',
  fleet: { ...plainFleet, hosts: directRouting.fleet.hosts },
};
