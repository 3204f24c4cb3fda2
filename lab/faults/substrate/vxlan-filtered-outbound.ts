import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const vxlanFilteredOutbound: Fault = {
  name: 'vxlan-filtered-outbound',
  story: 'An egress policy of the node drops UDP 8472 on wg0.',
  label: { class: 'overlay-blocked', cause: 'vxlan-port-filtered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [drop('gpu-1', 'output', 'oifname "wg0" udp dport 8472')],
  needs: 'namespaces',
};
