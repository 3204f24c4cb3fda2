import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#1549. */
export const ownRouteIntoOverlay: Fault = {
  name: 'own-route-into-overlay',
  story: "The node's own pod network leads into flannel.1, because a lease with it was seen from elsewhere.",
  label: { class: 'node-agent', cause: 'own-route-shadowed', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip route del 10.42.11.0/24 dev cni0'), on('gpu-1', 'ip route add 10.42.11.0/24 dev flannel.1')],
};
