import { type Fault, on } from '../../fault.ts';

export const peerFdbStale: Fault = {
  name: 'peer-fdb-stale',
  story:
    'The node came back with another tunnel address and the hub still forwards to the old one: the harm is on the peer.',
  label: { class: 'vxlan-wedge', cause: 'fdb-wrong', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [on('hub-1', 'bridge fdb replace 0a:58:0a:2a:0b:00 dev flannel.1 dst 10.200.0.99 self permanent')],
};
