import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#1070, #1232, #1520. */
export const directRouteLost: Fault = {
  name: 'direct-route-lost',
  story:
    'A link flap took the direct route to the neighbour in the same subnet, and flanneld of that version does not look again.',
  label: { class: 'missing-route', cause: 'peer-pod-route-missing', hostAtFault: 'cloud-1' },
  alertingNode: 'cloud-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [on('cloud-1', 'ip route del 10.42.0.0/24')],
  variant: 'direct-routing',
};
