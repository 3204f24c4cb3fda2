import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

export const nativePortFiltered: Fault = {
  name: 'native-port-filtered',
  story: "A host firewall of the node was reloaded without the rule for flannel's UDP 51821 on wg0.",
  label: { class: 'overlay-blocked', cause: 'flannel-port-filtered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'OverlayPathDown',
  inject: [drop('gpu-1', 'input', 'iifname "wg0" udp dport 51821')],
  needs: 'namespaces',
  backend: 'wireguard-native',
};
