import { type Fault, on } from '../../fault.ts';

/** Seen in the field: flannel-io/flannel#1822. */
export const v6FdbLost: Fault = {
  name: 'v6-fdb-lost',
  story: 'A reload of the network manager flushed the forwarding entries of flannel-v6.1, and of no other device.',
  label: { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [
    on('gpu-1', 'bridge fdb del 0a:5a:0a:2a:00:00 dev flannel-v6.1 dst 2001:db8:0:1::10 self'),
    on('gpu-1', 'bridge fdb del 0a:5a:0a:2a:01:00 dev flannel-v6.1 dst 2001:db8:0:2::20 self'),
    on('gpu-1', 'bridge fdb del 0a:5a:0a:2a:0c:00 dev flannel-v6.1 dst fd00:200::c:1 self'),
  ],
};
