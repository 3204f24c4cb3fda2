import { type Fault, on } from '../../fault.ts';

export const nativeDeviceMissing: Fault = {
  name: 'native-device-missing',
  story: 'flanneld was ended for an update that failed, and took flannel-wg with it, as it does whenever it ends.',
  label: { class: 'tunnel-down', cause: 'interface-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip link del flannel-wg')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
