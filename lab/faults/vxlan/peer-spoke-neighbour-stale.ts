import { type Fault, on } from '../../fault.ts';

export const peerSpokeNeighbourStale: Fault = {
  name: 'peer-spoke-neighbour-stale',
  story: 'The node rebooted with a new VTEP MAC and the other GPU node kept the old one (flannel issue 533).',
  label: { class: 'vxlan-wedge', cause: 'neighbour-wrong', hostAtFault: 'gpu-2' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-2', 'ip neigh replace 10.42.11.0 lladdr 0a:58:0a:2a:0b:99 dev flannel.1 nud permanent')],
};
