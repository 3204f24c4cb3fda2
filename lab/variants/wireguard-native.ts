import { plainFleet } from '../namespaces/lab-fleet.ts';
import type { LabVariant } from './lab-variant.ts';

export const plainNative: LabVariant = {
  name: 'wireguard-native',
  story: 'flannel runs WireGuard itself, beside the tunnel to the hub.',
  fleet: { ...plainFleet, backend: 'wireguard-native' },
};
