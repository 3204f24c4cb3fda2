import { type Fault, on } from '../../fault.ts';

export const v6TunnelRouteMissing: Fault = {
  name: 'v6-tunnel-route-missing',
  story:
    'A static IPv6 route of the network manager leads the VPC’s network to the uplink, in the place of the tunnel’s.',
  label: { class: 'missing-route', cause: 'tunnel-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [on('gpu-1', 'ip -6 route replace 2001:db8::/48 dev eth0')],
};
