import { type Fault, on } from '../../fault.ts';

export const hubFdbMissing: Fault = {
  name: 'hub-fdb-missing',
  story:
    'A lost netlink event on the hub left the node unprogrammed there, while the node itself is as it should be (flannel issue 958).',
  label: { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('hub-1', 'bridge fdb del 0a:58:0a:2a:0b:00 dev flannel.1 dst 10.200.0.11 self')],
};
