import { type Fault, on } from '../../fault.ts';

/** Hardening guides ask for it: what an administrator switched off is not to be repaired. */
export const v6SwitchedOff: Fault = {
  name: 'v6-switched-off',
  story: 'An administrator switched IPv6 off on the node, which still announces an IPv6 address: IPv4 is well.',
  label: { class: 'healthy', cause: 'all-paths-pass', hostAtFault: null },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [on('gpu-1', 'sysctl -q -w net.ipv6.conf.all.disable_ipv6=1')],
};
