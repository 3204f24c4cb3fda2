import { type Fault, on } from '../../fault.ts';

export const podRouteOnePeerMissing: Fault = {
  name: 'pod-route-one-peer-missing',
  story:
    'A lost netlink event left out the route to the other GPU node’s pods; they fall to the default route and into the internet.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip route del 10.42.12.0/24 dev flannel.1')],
};
