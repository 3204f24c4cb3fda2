import { type Fault, on } from '../../fault.ts';

export const fdbWrongDestination: Fault = {
  name: 'fdb-wrong-destination',
  story: 'The hub was replaced and got another address; a lost netlink event left the old one in the forwarding entry.',
  label: { class: 'vxlan-wedge', cause: 'fdb-wrong', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-1', 'bridge fdb replace 0a:58:0a:2a:00:00 dev flannel.1 dst 10.0.1.99 self permanent')],
};
