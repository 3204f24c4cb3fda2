import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const outboundFiltered: Fault = {
  name: 'outbound-filtered',
  story: "An egress rule of the site drops the node's packets to the hub; the hub's still come in by the open mapping.",
  label: { class: 'one-way-nat', cause: 'outbound-filtered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [drop('nat1', 'forward', 'iifname "lan" udp dport 51820')],
  needs: 'namespaces',
};
