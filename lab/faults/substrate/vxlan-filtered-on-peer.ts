import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const vxlanFilteredOnPeer: Fault = {
  name: 'vxlan-filtered-on-peer',
  story: 'The host firewall of the other GPU node drops UDP 8472; the alert names the node that cannot reach its pods.',
  label: { class: 'overlay-blocked', cause: 'vxlan-port-filtered', hostAtFault: 'gpu-2' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [drop('gpu-2', 'input', 'iifname "wg0" udp dport 8472')],
  needs: 'namespaces',
};
