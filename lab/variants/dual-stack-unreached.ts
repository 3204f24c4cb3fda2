import { dualStackFleet } from './dual-stack.ts';
import type { LabVariant } from './lab-variant.ts';

export const dualStackUnreached: LabVariant = {
  name: 'dual-stack-unreached',
  story: 'flannel announces the IPv6 addresses of the uplinks, which no tunnel carries, so that IPv6 never worked.',
  fleet: dualStackFleet({ announcesUplink: true }),
};
