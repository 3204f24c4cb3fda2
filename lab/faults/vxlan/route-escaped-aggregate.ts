import { type Fault, on } from '../../fault.ts';

export const routeEscapedAggregate: Fault = {
  name: 'route-escaped-aggregate',
  story:
    'wg-quick had put the whole cluster CIDR on wg0; nobody saw it until the hub’s own route was lost and its pods fell into the tunnel.',
  label: { class: 'vxlan-wedge', cause: 'route-escaped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip route add 10.42.0.0/16 dev wg0'), on('gpu-1', 'ip route del 10.42.0.0/24 dev flannel.1')],
};
