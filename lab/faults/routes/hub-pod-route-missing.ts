import { type Fault, on } from '../../fault.ts';

export const hubPodRouteMissing: Fault = {
  name: 'hub-pod-route-missing',
  story: 'NetworkManager on the hub took flannel.1 under its care and dropped the route to this node’s pods.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('hub-1', 'ip route del 10.42.11.0/24 dev flannel.1')],
};
