import { type Fault, on } from '../../fault.ts';

export const nativeHubDeviceMissing: Fault = {
  name: 'native-hub-device-missing',
  story: 'A script that clears WireGuard devices away took flannel-wg of the hub with it: its own pods are cut off.',
  label: { class: 'tunnel-down', cause: 'flannel-interface-missing', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('hub-1', 'ip link del flannel-wg')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
