import type { Fault } from '../../fault.ts';
import { setNativeMtu } from './set-native-mtu.ts';

export const nativeMtuAboveTunnel: Fault = {
  name: 'native-mtu-above-tunnel',
  story:
    'flannel-wg was sized for a wg0 of 1500 bytes, which was made smaller since: the outer packets are fragmented, and all arrives.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayMtuMismatch',
  inject: setNativeMtu(1420),
  needs: 'namespaces',
  backend: 'wireguard-native',
};
