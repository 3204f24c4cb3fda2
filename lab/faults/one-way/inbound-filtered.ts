import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const inboundFiltered: Fault = {
  name: 'inbound-filtered',
  story: "A firewall rule of the site drops the hub's packets; those of the node still go out.",
  label: { class: 'one-way-nat', cause: 'inbound-filtered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'KubeletUnreachable',
  inject: [drop('nat1', 'forward', 'iifname "wan" udp sport 51820')],
  needs: 'namespaces',
};
