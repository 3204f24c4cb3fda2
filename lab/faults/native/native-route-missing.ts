import { type Fault, on } from '../../fault.ts';

export const nativeRouteMissing: Fault = {
  name: 'native-route-missing',
  story: "Somebody bounced flannel-wg by hand: its peers are kept, flannel's one route for all pods is not.",
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip link set flannel-wg down'), on('gpu-1', 'ip link set flannel-wg up')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
