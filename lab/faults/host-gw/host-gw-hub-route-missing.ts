import type { Fault } from '../../fault.ts';
import { forgetRoute } from './forget-route.ts';

export const hostGwHubRouteMissing: Fault = {
  name: 'host-gw-hub-route-missing',
  story:
    'The event of the lease of the node was lost on the hub, through which everybody’s packets to its pods go: all lose them.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: forgetRoute('hub-1', '10.42.11.0/24'),
  needs: 'namespaces',
  backend: 'host-gw',
};
