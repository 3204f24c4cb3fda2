import { type Fault, on } from '../../fault.ts';

/** As near to a duplicate as the kernel allows: it keeps one destination per unicast MAC, and ignores a second one silently. */
export const fdbWrongMacHoldsPeer: Fault = {
  name: 'fdb-wrong-mac-holds-peer',
  story:
    'A half-done clean-up deleted the hub’s forwarding entry and left its destination under the MAC of an earlier life.',
  label: { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [
    on('gpu-1', 'bridge fdb del 0a:58:0a:2a:00:00 dev flannel.1 dst 10.0.1.10 self'),
    on('gpu-1', 'bridge fdb append 0a:58:0a:2a:00:aa dev flannel.1 dst 10.0.1.10 self permanent'),
  ],
};
