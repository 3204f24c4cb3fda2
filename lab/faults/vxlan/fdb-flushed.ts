import { type Fault, on } from '../../fault.ts';

export const fdbFlushed: Fault = {
  name: 'fdb-flushed',
  story:
    'A network manager reload flushed the forwarding entries of flannel.1; flanneld programs them only on lease events.',
  label: { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [
    on('gpu-1', 'bridge fdb del 0a:58:0a:2a:00:00 dev flannel.1 dst 10.0.1.10 self'),
    on('gpu-1', 'bridge fdb del 0a:58:0a:2a:01:00 dev flannel.1 dst 10.0.2.20 self'),
    on('gpu-1', 'bridge fdb del 0a:58:0a:2a:0c:00 dev flannel.1 dst 10.200.0.12 self'),
  ],
};
