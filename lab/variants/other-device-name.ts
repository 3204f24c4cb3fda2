import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const otherDeviceName: LabVariant = {
  name: 'other-device-name',
  story: 'The tunnel’s device is called wg-mesh.',
  fleet: { ...plainFleet, wireguardDevice: 'wg-mesh' },
  settings: { WIREGUARD_DEVICE: 'wg-mesh' },
};
