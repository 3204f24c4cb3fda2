import { type Fault, on } from '../../fault.ts';

export const nativeDeviceMissing: Fault = {
  name: 'native-device-missing',
  story:
    'A script that clears WireGuard devices away took flannel-wg with it; flanneld runs on and does not look at it again.',
  label: { class: 'tunnel-down', cause: 'flannel-interface-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip link del flannel-wg')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
