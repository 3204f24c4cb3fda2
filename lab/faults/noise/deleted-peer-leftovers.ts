import { type Fault, on } from '../../fault.ts';

export const deletedPeerLeftovers: Fault = {
  name: 'deleted-peer-leftovers',
  story:
    'A node was removed while flanneld was down, and its entries stayed: they lead nowhere, and nobody goes there.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'FlannelEntryCountHigh',
  inject: [
    on('gpu-1', 'ip neigh replace 10.42.77.0 lladdr 0a:58:0a:2a:4d:00 dev flannel.1 nud permanent'),
    on('gpu-1', 'bridge fdb append 0a:58:0a:2a:4d:00 dev flannel.1 dst 10.200.0.77 self permanent'),
    on('gpu-1', 'ip route replace 10.42.77.0/24 via 10.42.77.0 dev flannel.1 onlink'),
  ],
};
