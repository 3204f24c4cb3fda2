import { asNode, type CauseRule, offHubs, onHubs, relabel } from './cause-rule.ts';

/** A key that is held for a peer whose own watchdog reports, and that nobody reports as its own. */
const mismatch = `(restitch_wireguard_peer_key_info unless on (cluster, key) restitch_wireguard_key_info) and on (cluster, peer) ${relabel('restitch_wireguard_key_info{pod=""}', 'node', 'peer')}`;
/** Told of the node behind the hub, whichever of the two was given a new key. */
const unknownKey = `${offHubs(mismatch)} or ${asNode(`max by (cluster, peer) (${onHubs(mismatch)})`, 'peer')}`;
/** flannel gives the devices of its two address families one key: what counts is who has it. */
const twice =
  'restitch_wireguard_key_info and on (cluster, key) (count by (cluster, key) (count by (cluster, key, node, pod) (restitch_wireguard_key_info)) > 1)';

/** What two ends of a WireGuard tunnel show when they are compared. */
export const tunnelRules: readonly CauseRule[] = [
  {
    name: 'DuplicateWireGuardKey',
    class: 'tunnel-down',
    level: 2,
    severity: 'critical',
    for: '1m',
    expr: twice,
    summary: 'The WireGuard key of {{ $labels.node }} is in use twice',
    advice: 'Two ends take one tunnel from each other about every 10 s: give one of them a key of its own.',
  },
  {
    name: 'PeerKeyUnknown',
    class: 'tunnel-down',
    level: 3,
    severity: 'critical',
    for: '2m',
    expr: unknownKey,
    summary: '{{ $labels.node }} and a peer do not know each other’s keys',
    advice: 'One side was given a new key: write it into the other side’s configuration.',
  },
  {
    name: 'EndpointUnroutable',
    class: 'tunnel-down',
    level: 3,
    severity: 'critical',
    for: '2m',
    expr: 'restitch_wireguard_endpoint_inside == 1',
    summary: '{{ $labels.node }} sends its tunnel’s packets into the tunnel itself, or to pods',
    advice: 'The peer’s endpoint must be an address outside all networks that the tunnel carries.',
  },
  {
    name: 'PeerEndpointFlapping',
    class: 'tunnel-down',
    level: 4,
    severity: 'warning',
    for: '2m',
    expr: 'increase(restitch_wireguard_endpoint_changes_total[10m]) > 5',
    summary: 'A peer of {{ $labels.node }} is found at another address every time',
    advice: 'One key on two hosts, or a NAT that forgets: see whether two nodes report the same key.',
  },
  {
    name: 'ClockOff',
    class: 'tunnel-down',
    level: 4,
    severity: 'warning',
    for: '2m',
    expr: 'abs(restitch_clock_offset_seconds) > 120 or (abs(timestamp(restitch_watchdog_last_run_timestamp_seconds) - restitch_watchdog_last_run_timestamp_seconds) > 600 and changes(restitch_watchdog_last_run_timestamp_seconds[10m]) > 0)',
    summary: 'The clock of {{ $labels.node }} is off by minutes',
    advice: 'A hub refuses handshakes that are older than the last: set the clock, then restart the tunnel.',
  },
  {
    name: 'ConntrackFull',
    class: 'overlay-blocked',
    level: 5,
    severity: 'warning',
    for: '2m',
    expr: 'restitch_conntrack_entries / restitch_conntrack_limit > 0.95 or increase(restitch_conntrack_dropped_total[10m]) > 0',
    summary: '{{ $labels.node }} tracks as many connections as it can, and drops the others',
    advice: 'Raise net.netfilter.nf_conntrack_max, or find who opens so many.',
  },
  {
    name: 'NeighbourTableFull',
    class: 'overlay-blocked',
    level: 5,
    severity: 'warning',
    for: '2m',
    expr: 'increase(restitch_neighbour_table_full_total[10m]) > 0',
    summary: 'The neighbour table of {{ $labels.node }} is full',
    advice: 'Raise net.ipv4.neigh.default.gc_thresh3 above the number of peers and pods.',
  },
];
