import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

/** ufw and firewalld keep rules of each family apart. */
export const v6VxlanFiltered: Fault = {
  name: 'v6-vxlan-filtered',
  story: 'The firewall of the node opens UDP 8472 for IPv4 and forgets IPv6: pods reach each other by IPv4 alone.',
  label: { class: 'overlay-blocked', cause: 'vxlan-port-filtered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [drop('gpu-1', 'input', 'meta nfproto ipv6 udp dport 8472')],
};
