import { type Fault, on } from '../../fault.ts';

export const routeEscaped: Fault = {
  name: 'route-escaped',
  story: 'wg-quick with the pod CIDR in AllowedIPs put the hub’s pods on wg0, where its peer does not accept them.',
  label: { class: 'vxlan-wedge', cause: 'route-escaped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip route replace 10.42.0.0/24 dev wg0')],
};
