import { asNode, asTo, type Recording, relabel, type SymptomRule } from './cause-rule.ts';

const pair = 'on (cluster, node, to)';

/** Neither end of the path shows a cause. */
const notCut = `unless on (cluster, node) restitch:cause{cuts="yes"} unless on (cluster, to) ${asTo('restitch:cause{cuts="yes"}')}`;

/**
 * Bytes that came by the tunnel to the hub lately, by the node that sent them; and to the node itself. What came before the fault is
 * forgotten before `TunnelDown` fires, so that a tunnel that carries one direction is not told as one that carries none.
 */
const tunnelReceived =
  'rate(restitch_wireguard_received_bytes_total[2m]) and on (cluster, node, device) restitch_device_present{role="tunnel"}';
const heardByPeer = asNode(`max by (cluster, peer) (${tunnelReceived}) > 0`, 'peer');
const hearsPeer = `max by (cluster, node) (${tunnelReceived}) > 0`;

/**
 * A run of the watchdog sends five packets, so one that is lost says little. Of the 75 of a quarter of an hour a line that loses
 * 2 % in each direction, on which everything works, loses this share once in some weeks.
 */
const LOSSY = 0.15;
const pathOf = 'on (cluster, node, to, layer, protocol, size)';
const overRuns = (over: string, range: string) =>
  `max by (cluster, node, to, layer, protocol, size) (${over}(restitch_probe_lost_ratio[${range}]))`;
const losesSome = `restitch:unexplained{protocol="icmp", size="small"} < 1 and ${pathOf} (${overRuns('max_over_time', '5m')} > 0)`;

/** What the path rules have in common. Every series of `restitch:lost` is one path in one direction, 1: all packets lost. */
export const pathRecordings: readonly Recording[] = [
  { record: 'restitch:node', expr: 'max by (cluster, node, pool, site, hub) (restitch_watchdog_info)' },
  {
    record: 'restitch:silent',
    expr: 'max by (cluster, node, pool, site, hub) (max_over_time(restitch_watchdog_info[6h])) unless on (cluster, node) restitch:node',
  },
  {
    record: 'restitch:lost',
    expr: 'max by (cluster, node, to, role, layer, protocol, size) (restitch_probe_lost_ratio) * on (cluster, node) group_left (pool, site, hub) restitch:node',
  },
  // The tunnel’s own pings may be filtered, or the announced address be another one: what passes the overlay passed below it.
  {
    record: 'restitch:underlay_lost',
    expr: 'restitch:lost{layer="underlay"} == 1 unless on (cluster, node, to) restitch:lost{layer="overlay", protocol="icmp", size="small"} < 1',
  },
  // How much of what a node sends in a layer is lost: of two ends the one that loses more is to blame.
  {
    record: 'restitch:lost_share',
    expr: 'avg by (cluster, node, layer, protocol, size) (restitch:lost)',
  },
  {
    record: 'restitch:excused',
    expr: `${asTo('restitch:lost_share')} > on (cluster, to, layer, protocol, size) group_right () (0 * restitch:lost + on (cluster, node, layer, protocol, size) group_left () restitch:lost_share)`,
  },
  {
    record: 'restitch:unexplained',
    expr: [
      `restitch:lost ${notCut}`,
      `unless on (cluster, hub) ${relabel('restitch:cause{cuts="yes"}', 'node', 'hub')}`,
      `unless on (cluster, to) ${asTo('restitch:silent')}`,
    ].join(' '),
  },
  // A node whose tunnel to its hub carries nothing.
  {
    record: 'restitch:hub_lost',
    expr: `restitch:underlay_lost{role="hub"} and on (cluster, node, to) label_replace(max by (cluster, node, hub) (restitch:lost), "to", "$1", "hub", "(.+)") ${notCut}`,
  },
  {
    record: 'restitch:hub_outage',
    expr: '(count by (cluster, hub) (restitch:hub_lost) >= 2) == on (cluster, hub) count by (cluster, hub) (restitch:node{hub!=""})',
  },
  {
    record: 'restitch:one_way',
    expr: `restitch:hub_lost and on (cluster, node) ((${heardByPeer}) unless on (cluster, node) (${hearsPeer}) or (${hearsPeer}) unless on (cluster, node) (${heardByPeer}))`,
  },
];

const toBlame = (expr: string) => `(${expr}) unless ${pathOf} restitch:excused`;
/** A device with a larger MTU than the one below it: then the kernel tells senders so, and nothing is lost. */
const mtuAbove = '(restitch_device_mtu_bytes > restitch_device_mtu_limit_bytes)';
const mtuFits = `unless on (cluster, node) ${mtuAbove} unless on (cluster, to) ${asTo(mtuAbove)}`;
/** The peer's own device takes no more: it was made for a smaller way, and senders are told. */
const overlayMtu = 'max by (cluster, node) (restitch_device_mtu_bytes{role="overlay"})';
const peerTakesAsMuch = `unless on (cluster, node, to) (restitch_probe_too_long * on (cluster, to) group_left () ${asTo(overlayMtu)} < on (cluster, node) group_left () ${overlayMtu})`;
/** One alert per node, with the labels that intake resolves. */
const perNode = (expr: string) => `max by (cluster, node, pool, site, hub) (${expr})`;
const underlayLost = 'restitch:lost{layer="underlay"} == 1';
/** A fleet whose nodes announce IPv6 addresses that they cannot reach works as it always did. */
const neverWorked =
  'unless on (cluster, node, to, layer) (min by (cluster, node, to, layer) (min_over_time(restitch_probe_lost_ratio{layer="overlay6"}[1d])) == 1)';
const overlayLost = 'restitch:lost{layer="overlay", protocol="icmp", size="small"} == 1';

/** Lost paths that no node explains by its own state. */
export const pathRules: readonly SymptomRule[] = [
  {
    name: 'HubUnreachable',
    class: 'hub-outage',
    rank: 'shared',
    severity: 'critical',
    for: '1m',
    expr: asNode('restitch:hub_outage', 'hub'),
    summary: 'No node behind the hub {{ $labels.node }} reaches it',
    advice: 'One fault, one page: look at the hub. The alerts of its nodes are muted meanwhile.',
  },
  {
    name: 'NodeSilent',
    class: 'node-offline',
    rank: 'path',
    severity: 'critical',
    for: '3m',
    expr: `restitch:silent and on (cluster, node) ${asNode('max by (cluster, to) (restitch:lost{layer="underlay"}) == 1', 'to')} unless on (cluster, node) ${asNode('restitch:hub_outage', 'hub')}`,
    summary: '{{ $labels.node }} reports nothing and answers nobody',
    advice: 'The host, its power or its line. Nothing in the overlay can be mended before it is back.',
  },
  {
    name: 'OneWayTunnel',
    class: 'one-way-nat',
    rank: 'path',
    severity: 'critical',
    for: '1m',
    expr: perNode('restitch:one_way'),
    summary: 'The tunnel between {{ $labels.node }} and its hub carries packets in one direction only',
    advice: 'A NAT or a filter on the way: kubectl exec answers 502 while the node is Ready.',
  },
  {
    name: 'TunnelDown',
    class: 'tunnel-down',
    rank: 'path',
    severity: 'critical',
    for: '3m',
    expr: perNode(
      'restitch:hub_lost unless on (cluster, hub) restitch:hub_outage unless on (cluster, node) restitch:one_way',
    ),
    summary: 'The tunnel between {{ $labels.node }} and its hub carries nothing',
    advice: 'Keys, the port on the way, the hub’s entry for this node.',
  },
  {
    name: 'PeerUnreachable',
    class: 'missing-route',
    rank: 'path',
    severity: 'critical',
    for: '2m',
    expr: perNode(
      toBlame(
        `restitch:unexplained{layer="underlay"} and ${pair} restitch:underlay_lost unless on (cluster, node) restitch:hub_lost unless on (cluster, to) ${asTo('max by (cluster, node) (restitch:hub_lost)')}`,
      ),
    ),
    summary: '{{ $labels.node }} reaches its hub, and not another node behind it',
    advice: 'A route table of the VPC, its source/destination check, or forwarding at the hub.',
  },
  {
    name: 'OverlayBlocked',
    class: 'overlay-blocked',
    rank: 'path',
    severity: 'critical',
    for: '2m',
    expr: perNode(
      toBlame(
        `restitch:unexplained{layer=~"overlay6?", protocol="icmp", size="small"} == 1 unless ${pair} (${underlayLost}) ${neverWorked}`,
      ),
    ),
    summary: 'Nothing comes through the overlay between {{ $labels.node }} and a peer, though every entry is right',
    advice: 'A packet filter for flannel’s UDP port at one of both ends, or a hypervisor that takes it.',
  },
  {
    name: 'OnlyIcmpPasses',
    class: 'overlay-blocked',
    rank: 'path',
    severity: 'critical',
    for: '2m',
    expr: perNode(
      toBlame(
        `restitch:unexplained{layer="overlay", protocol="tcp"} == 1 unless ${pair} (${overlayLost}) unless on (cluster, to) (restitch:lost{layer="kubelet"} == 1)`,
      ),
    ),
    summary: 'Pings pass the overlay of {{ $labels.node }}, TCP does not',
    advice: 'firewalld and ufw let pings through; or a checksum offload that does not work: see the checksum counters.',
  },
  {
    name: 'LargePacketsLost',
    class: 'mtu-black-hole',
    rank: 'path',
    severity: 'critical',
    for: '2m',
    expr: perNode(
      `${toBlame(`restitch:unexplained{layer="overlay", protocol="icmp", size="full"} == 1 unless ${pair} (${overlayLost})`)} or (restitch_probe_too_long ${notCut} ${mtuFits} ${peerTakesAsMuch}) * on (cluster, node) group_left (pool, site, hub) restitch:node`,
    ),
    summary: 'Small packets pass the overlay of {{ $labels.node }}, full-size ones do not',
    advice: 'The MTU of a link on the way is smaller than the tunnel’s: checkpoints hang, pings pass.',
  },
  {
    name: 'LossyPath',
    class: 'overlay-blocked',
    rank: 'path',
    severity: 'warning',
    for: '5m',
    expr: perNode(toBlame(`${losesSome} and ${pathOf} (${overRuns('avg_over_time', '15m')} > ${LOSSY})`)),
    summary: 'Paths of {{ $labels.node }} have lost 15 % of their packets and more for a quarter of an hour',
    advice: 'See which counter grew: conntrack, neighbours, checksums, the link itself.',
  },
  {
    name: 'KubeletUnreachable',
    class: 'node-agent',
    rank: 'path',
    severity: 'critical',
    for: '2m',
    expr: asNode(
      `max by (cluster, to) (restitch:unexplained{layer="kubelet"} == 1 unless ${pair} (${underlayLost}))`,
      'to',
    ),
    summary: 'The hub reaches {{ $labels.node }}, and not its kubelet',
    advice: 'A packet filter for the kubelet’s port: the node is Ready, kubectl exec answers 502.',
  },
  {
    name: 'WireGuardHandshakeStale',
    class: 'tunnel-down',
    rank: 'path',
    severity: 'warning',
    for: '2m',
    expr: perNode(
      `(restitch_wireguard_handshake_age_seconds > 180 and rate(restitch_wireguard_sent_bytes_total[5m]) > 0 unless rate(restitch_wireguard_received_bytes_total[5m]) > 0 unless on (cluster, node) restitch:cause{cuts="yes"} unless on (cluster, node) restitch:hub_lost unless on (cluster, peer) ${relabel('restitch:silent or restitch:cause{cuts="yes"} or restitch:hub_lost', 'node', 'peer')}) * on (cluster, node) group_left (pool, site, hub) restitch:node`,
    ),
    summary: '{{ $labels.node }} sends to a WireGuard peer that gives no handshake',
    advice: 'The peer is gone, its key or its endpoint changed.',
  },
];
