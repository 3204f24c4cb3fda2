import type { Fault } from '../../fault.ts';
import { drop } from '../drop.ts';

/** IPv6 is never fragmented on the way, so a filter that is too strict about sizes hurts it alone. */
export const v6PathMtuLowered: Fault = {
  name: 'v6-path-mtu-lowered',
  story:
    'A filter of the hub drops what the node sends over IPv6 above 1380 bytes: pings of both families pass, checkpoints over IPv6 hang.',
  label: { class: 'mtu-black-hole', cause: 'path-mtu-lowered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'CheckpointStalled',
  needs: 'namespaces',
  variant: 'dual-stack',
  inject: [drop('hub-1', 'prerouting', 'ip6 saddr fd00:200::b:1 meta length > 1380')],
};
