import { type Fault, on } from '../../fault.ts';

export const neighbourWrongMac: Fault = {
  name: 'neighbour-wrong-mac',
  story: 'The hub rebooted with a new VTEP MAC and the peers kept the old one (flannel before 0.24.1).',
  label: { class: 'vxlan-wedge', cause: 'neighbour-wrong', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip neigh replace 10.42.0.0 lladdr 0a:58:0a:2a:ff:ff dev flannel.1 nud permanent')],
};
