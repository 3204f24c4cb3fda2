import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const vxlanFilteredOnNode: Fault = {
  name: 'vxlan-filtered-on-node',
  story: 'A host firewall of the node was reloaded without the rule for UDP 8472 on wg0.',
  label: { class: 'overlay-blocked', cause: 'vxlan-port-filtered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [drop('gpu-1', 'input', 'iifname "wg0" udp dport 8472')],
  needs: 'namespaces',
};
