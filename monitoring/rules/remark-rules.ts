import { asNode, type SymptomRule } from './cause-rule.ts';

const poolsWithoutDevice =
  'max by (cluster, node) (restitch:cause{cause="OverlayDeviceMissing"}) * on (cluster, node) group_left (pool) restitch:node{pool!=""}';

/** For people: what breaks nothing by itself, or is told of each node as well. These do not go to Restitch. */
export const remarkRules: readonly SymptomRule[] = [
  {
    name: 'WatchdogSilent',
    class: 'unknown',
    rank: 'remark',
    severity: 'warning',
    for: '5m',
    expr: `(restitch:silent or restitch:node and on (cluster, node) changes(restitch_watchdog_last_run_timestamp_seconds[10m]) == 0) unless on (cluster, node) ${asNode('max by (cluster, to) (restitch:lost{layer="underlay"}) == 1', 'to')}`,
    summary: 'The watchdog of {{ $labels.node }} has stopped',
    advice: 'Nothing of this node is seen until it runs again: systemctl status restitch-watchdog.timer.',
  },
  {
    name: 'PoolWithoutOverlayDevice',
    class: 'vxlan-wedge',
    rank: 'remark',
    severity: 'critical',
    for: '1m',
    expr: `(count by (cluster, pool) (${poolsWithoutDevice}) == on (cluster, pool) count by (cluster, pool) (restitch:node{pool!=""})) > 1`,
    summary: 'flannel’s VXLAN device is missing on every node of the pool {{ $labels.pool }}',
    advice:
      'One cause for all: a roll-out, a reboot wave, an image. Restitch’s breaker stops repairs while so much is broken.',
  },
  {
    name: 'MtuAboveStack',
    class: 'mtu-black-hole',
    rank: 'remark',
    severity: 'info',
    for: '15m',
    expr: 'max by (cluster, node, pool, site, hub) (restitch_device_mtu_bytes > restitch_device_mtu_limit_bytes)',
    summary: 'A device of {{ $labels.node }} has a larger MTU than the device below it carries',
    advice: 'Harmless while the limit is local: the kernel tells the sender. It stops being so when the path shrinks.',
  },
  {
    name: 'ExpectedNetworkOld',
    class: 'unknown',
    rank: 'remark',
    severity: 'info',
    for: '15m',
    expr: 'restitch_expected_age_seconds > 7 * 86400',
    summary: 'The expected network on {{ $labels.node }} has not been written for a week',
    advice: 'New peers are not in it: see who keeps it up to date.',
  },
  {
    name: 'UdpUnanswered',
    class: 'overlay-blocked',
    rank: 'remark',
    severity: 'warning',
    for: '10m',
    // Pings and TCP that are lost as well have alerts of their own.
    expr: 'max by (cluster, node, pool, site, hub) (restitch:unexplained{protocol="udp"} == 1 unless on (cluster, node, to) restitch:lost{layer="overlay", protocol!="udp"} == 1)',
    summary: 'UDP through the overlay of {{ $labels.node }} was answered before and is not any more',
    advice:
      'Harmless where a packet filter has begun to drop what nobody listens to. Else UDP’s checksums at the peer, or a filter that lets pings and TCP through.',
  },
];
