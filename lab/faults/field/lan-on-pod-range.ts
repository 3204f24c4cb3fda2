import { type Fault, on } from '../../fault.ts';

/** Seen in the field: k3s-io/k3s#3451, kubernetes/kops#710, Azure/acs-engine#750. */
export const lanOnPodRange: Fault = {
  name: 'lan-on-pod-range',
  story:
    "The site's LAN uses a part of the pod range, and the node has an address in it: it never reaches the pods of that part.",
  label: { class: 'missing-route', cause: 'pod-cidr-overlap', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [on('gpu-1', 'ip addr add 10.42.12.77/25 dev eth0')],
};
