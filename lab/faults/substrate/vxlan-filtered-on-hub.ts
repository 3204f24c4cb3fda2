import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const vxlanFilteredOnHub: Fault = {
  name: 'vxlan-filtered-on-hub',
  story: 'The host firewall of the hub drops UDP 8472 from the tunnel.',
  label: { class: 'overlay-blocked', cause: 'vxlan-port-filtered', hostAtFault: 'hub-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [drop('hub-1', 'input', 'iifname "wg0" udp dport 8472')],
  needs: 'namespaces',
};
