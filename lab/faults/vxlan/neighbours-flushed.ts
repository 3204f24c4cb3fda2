import { type Fault, on } from '../../fault.ts';

export const neighboursFlushed: Fault = {
  name: 'neighbours-flushed',
  story: 'An operator who saw STALE entries flushed the neighbours of flannel.1, the permanent ones with them.',
  label: { class: 'vxlan-wedge', cause: 'neighbour-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip neigh flush dev flannel.1 nud permanent')],
};
