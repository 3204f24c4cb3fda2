import { type Fault, on } from '../../fault.ts';

export const peerSpokeFdbStale: Fault = {
  name: 'peer-spoke-fdb-stale',
  story: 'The node came back with another tunnel address and the other GPU node still forwards to the old one.',
  label: { class: 'vxlan-wedge', cause: 'fdb-wrong', hostAtFault: 'gpu-2' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('gpu-2', 'bridge fdb replace 0a:58:0a:2a:0b:00 dev flannel.1 dst 10.200.0.99 self permanent')],
};
