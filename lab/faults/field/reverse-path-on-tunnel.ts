import { type Fault, on } from '../../fault.ts';

/** Seen in the field: openyurtio/raven#30, submariner-io/submariner#217, #4099. */
export const reversePathOnTunnel: Fault = {
  name: 'reverse-path-on-tunnel',
  story:
    'The VPC is reached by a rule on a mark, and hardening set strict reverse path filtering on wg0 alone: what comes from there is dropped.',
  label: { class: 'one-way-nat', cause: 'reverse-path-filtered', hostAtFault: 'gpu-1' },
  alertingNode: 'gpu-1',
  alert: 'PodUnreachable',
  needs: 'namespaces',
  inject: [
    on('gpu-1', 'ip route add 10.0.0.0/16 dev wg0 table 100'),
    on('gpu-1', 'ip rule add pref 100 fwmark 0x1 lookup 100'),
    on('gpu-1', 'nft add table ip gateway'),
    on('gpu-1', 'nft add chain ip gateway out { type route hook output priority mangle; }'),
    on('gpu-1', 'nft add rule ip gateway out ip daddr 10.0.0.0/16 meta mark set 1'),
    on('gpu-1', 'ip route del 10.0.0.0/16 dev wg0'),
    on('gpu-1', 'sysctl -q -w net.ipv4.conf.wg0.rp_filter=1'),
  ],
};
