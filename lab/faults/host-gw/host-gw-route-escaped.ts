import { type Fault, on } from '../../fault.ts';

export const hostGwRouteEscaped: Fault = {
  name: 'host-gw-route-escaped',
  story:
    'A script for debugging sent the pods of gpu-2 to the router of the site; flanneld misses its route and cannot add it beside this one.',
  label: { class: 'missing-route', cause: 'pod-route-escaped', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip route replace 10.42.12.0/24 via 192.168.1.1 dev eth0')],
  needs: 'namespaces',
  backend: 'host-gw',
};
