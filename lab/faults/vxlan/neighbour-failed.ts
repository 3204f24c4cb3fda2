import { type Fault, on, shell } from '../../fault.ts';

export const neighbourFailed: Fault = {
  name: 'neighbour-failed',
  story:
    'A tool other than flanneld replaced the hub’s permanent neighbour; it aged, the kernel asked in vain, and it is FAILED.',
  label: { class: 'vxlan-wedge', cause: 'neighbour-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip neigh del 10.42.0.0 dev flannel.1'),
    shell('gpu-1', 'ping -n -c 1 -W 4 10.42.0.1 >/dev/null || ip neigh show 10.42.0.0 dev flannel.1 | grep -q FAILED'),
  ],
};
