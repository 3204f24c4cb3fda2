import { type Fault, on } from '../../fault.ts';

export const fdbOnePeerMissing: Fault = {
  name: 'fdb-one-peer-missing',
  story: 'A lost netlink event left one peer unprogrammed (flannel issue 958).',
  label: { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'bridge fdb del 0a:58:0a:2a:0c:00 dev flannel.1 dst 10.200.0.12 self')],
};
