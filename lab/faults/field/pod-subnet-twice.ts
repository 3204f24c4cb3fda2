import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#805, #1129, #1549. */
export const podSubnetTwice: Fault = {
  name: 'pod-subnet-twice',
  story: 'A restored Node object has the pod network of another node: both use it, and peers send to the newer one.',
  label: { class: 'node-objects-conflict', cause: 'node-objects-conflict', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [
    on('hub-1', 'ip neigh replace 10.42.11.0 lladdr 0a:58:0a:2a:0c:00 dev flannel.1 nud permanent'),
    on('cloud-1', 'ip neigh replace 10.42.11.0 lladdr 0a:58:0a:2a:0c:00 dev flannel.1 nud permanent'),
    on('hub-1', 'ip route del 10.42.12.0/24'),
    on('cloud-1', 'ip route del 10.42.12.0/24'),
    on('gpu-2', 'ip addr replace 10.42.11.1/24 dev cni0'),
    on('gpu-2', 'ip addr del 10.42.12.1/24 dev cni0'),
  ],
  nodeChanges: [{ node: 'gpu-2', podCIDR: '10.42.11.0/24' }],
};
