import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

/** Seen in the field: flannel-io/flannel#2388. */
export const hypervisorEatsVxlan: Fault = {
  name: 'hypervisor-eats-vxlan',
  story: 'The hypervisor below the node uses UDP 8472 for itself: tables are right on all sides, and nothing arrives.',
  label: { class: 'overlay-blocked', cause: 'vxlan-port-filtered', hostAtFault: 'cloud-1' },
  alertingNode: 'cloud-1',
  alert: 'OverlayPathDown',
  needs: 'namespaces',
  inject: [
    drop('vpc', 'forward', 'oifname "cloud" udp dport 8472'),
    drop('vpc', 'forward', 'iifname "cloud" udp dport 8472'),
  ],
};
