import { type Fault, on } from '../../fault.ts';

export const nativeHubDeviceDown: Fault = {
  name: 'native-hub-device-down',
  story:
    'Somebody set flannel-wg of the hub down: only its own pods are cut off, because spokes talk to each other through wg0.',
  label: { class: 'tunnel-down', cause: 'flannel-interface-down', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('hub-1', 'ip link set flannel-wg down')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
