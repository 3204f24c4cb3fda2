import { type Fault, on } from '../../fault.ts';

export const nativeRouteEscaped: Fault = {
  name: 'native-route-escaped',
  story:
    'wg-quick made a route of a pod network that somebody had written into AllowedIPs of wg0: the packets bypass flannel-wg.',
  label: { class: 'missing-route', cause: 'pod-route-escaped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'NodeRouteDrift',
  inject: [on('gpu-1', 'ip route add 10.42.12.0/24 dev wg0')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
