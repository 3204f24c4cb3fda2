import { type Fault, on } from '../../fault.ts';

export const v6HostGwRouteMissing: Fault = {
  name: 'v6-host-gw-route-missing',
  story: 'Somebody took the IPv6 route to the pods of gpu-2 off the node; that of IPv4 is there.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  backend: 'host-gw',
  variant: 'dual-stack-host-gw',
  inject: [on('gpu-1', 'ip -6 route del fd00:42:0:c::/64 dev wg0')],
};
