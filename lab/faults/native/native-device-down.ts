import { type Fault, on } from '../../fault.ts';

export const nativeDeviceDown: Fault = {
  name: 'native-device-down',
  story: 'Somebody set flannel-wg of the node down.',
  label: { class: 'tunnel-down', cause: 'flannel-interface-down', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip link set flannel-wg down')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
