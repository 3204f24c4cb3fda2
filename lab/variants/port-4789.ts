import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const port4789: LabVariant = {
  name: 'port-4789',
  story: 'VXLAN on the port of its standard, 4789, as fleets with Windows nodes must have it.',
  fleet: { ...plainFleet, vxlan: { ...plainFleet.vxlan, port: 4789 } },
};
