import { type Fault, on } from '../../fault.ts';

export const hubNeighbourStale: Fault = {
  name: 'hub-neighbour-stale',
  story: 'The node rebooted with a new VTEP MAC and the hub kept the old one (flannel issue 1788).',
  label: { class: 'vxlan-wedge', cause: 'neighbour-wrong', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('hub-1', 'ip neigh replace 10.42.11.0 lladdr 0a:58:0a:2a:0b:99 dev flannel.1 nud permanent')],
};
