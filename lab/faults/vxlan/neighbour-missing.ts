import { type Fault, on } from '../../fault.ts';

export const neighbourMissing: Fault = {
  name: 'neighbour-missing',
  story:
    'A lost netlink event left the other GPU node’s neighbour out; the kernel asks by ARP, which no forwarding entry carries.',
  label: { class: 'vxlan-wedge', cause: 'neighbour-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'ip neigh del 10.42.12.0 dev flannel.1')],
};
