import { vxlanOfBoth } from './dual-stack.ts';
import { dualStackFleet } from './dual-stack-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const dualStackPartly: LabVariant = {
  name: 'dual-stack-partly',
  story: 'The fleet is on its way to two pod networks: gpu-2 still has IPv4 alone.',
  fleet: dualStackFleet(vxlanOfBoth(), { single: ['gpu-2'] }),
};
