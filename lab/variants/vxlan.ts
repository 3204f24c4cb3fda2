import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const plainVxlan: LabVariant = {
  name: 'vxlan',
  story: 'The plain fleet, which the faults are written for: VXLAN over WireGuard to one hub.',
  fleet: plainFleet,
};
