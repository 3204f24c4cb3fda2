import { type Fault, on } from '../../fault.ts';

/** Seen in the field: k3s-io/k3s#9957, flannel-io/flannel#1946, #1822. */
export const v6MacStale: Fault = {
  name: 'v6-mac-stale',
  story:
    'The node was restarted and flannel-v6.1 has another MAC than its peers know: IPv6 between pods is dead, IPv4 is well.',
  label: { class: 'vxlan-wedge', cause: 'wrong-mac', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [on('gpu-1', 'ip link set flannel-v6.1 address 0a:5a:0a:2a:0b:ff')],
};
