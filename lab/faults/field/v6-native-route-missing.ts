import { type Fault, on } from '../../fault.ts';

export const v6NativeRouteMissing: Fault = {
  name: 'v6-native-route-missing',
  story: 'systemd-networkd took flannel’s one route for all pods of IPv6 away, and left that of IPv4.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  backend: 'wireguard-native',
  variant: 'dual-stack-native',
  inject: [on('gpu-1', 'ip -6 route del fd00:42::/48 dev flannel-wg-v6')],
};
