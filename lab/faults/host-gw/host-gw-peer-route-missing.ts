import type { Fault } from '../../fault.ts';
import { forgetRoute } from './forget-route.ts';

export const hostGwPeerRouteMissing: Fault = {
  name: 'host-gw-peer-route-missing',
  story:
    'The event of the lease of gpu-2 was lost on the node: its flanneld never made the route, and checks only those that it knows.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: forgetRoute('gpu-1', '10.42.12.0/24'),
  needs: 'namespaces',
  backend: 'host-gw',
};
