import { asNode, type CauseRule, onOverlay, relabel } from './cause-rule.ts';

/** Whoever is probed by name, as whoever has wrong entries is named: by `peer` and address family. */
const asPeer = (expr: string) =>
  `label_replace(label_replace(${relabel(expr, 'to', 'peer')}, "family", "4", "layer", "overlay"), "family", "6", "layer", "overlay6")`;
const probed = asPeer(
  'max by (cluster, node, to, layer) (restitch_probe_lost_ratio{layer=~"overlay6?", protocol="icmp", size="small"})',
);
const brokenPeers =
  'max by (cluster, node, peer, table, state, family) (restitch_overlay_peer_broken{table=~"neighbour|fdb"})';
const pair = 'on (cluster, node, peer, family)';
/** Loss decides: a difference that packets pass is none to alert for, and of those that nobody probes the others of its kind tell. */
const linkEntries = `(${brokenPeers} and ${pair} ${probed} == 1) or (${brokenPeers} unless on (cluster, node, table, state, family) (${brokenPeers} and ${pair} ${probed}))`;
/** Some packets from or to the node are lost. */
const overlayLost = 'restitch_probe_lost_ratio{layer=~"overlay6?", protocol!="udp"} == 1';
const losesPackets = `on (cluster, node) (max by (cluster, node) (${overlayLost}) or ${asNode(`max by (cluster, to) (${overlayLost})`, 'to')})`;

/** Entries and routes that differ from the expected network. */
export const entryRules: readonly CauseRule[] = [
  {
    name: 'ExpectedNetworkConflict',
    class: 'node-objects-conflict',
    level: 1,
    severity: 'critical',
    for: '2m',
    expr: 'restitch_expected_conflicts > 0',
    summary: '{{ $labels.node }} announces something that another node announces as well',
    advice: 'One pod network, MAC, address or key on two Nodes: neither can be repaired before one of them is changed.',
  },
  {
    name: 'AnnouncedAddressWrong',
    class: 'node-objects-conflict',
    level: 2,
    severity: 'critical',
    for: '2m',
    expr: 'restitch_announced_address_foreign == 1',
    summary: '{{ $labels.node }} announces an address for its overlay that its overlay does not use',
    advice: 'flanneld took the wrong interface: see --iface or --flannel-iface.',
  },
  {
    name: 'OverlayEntriesBroken',
    class: 'vxlan-wedge',
    level: 4,
    severity: 'critical',
    for: '2m',
    expr: onOverlay(linkEntries, 'vxlan'),
    summary: '{{ $labels.node }} has missing or wrong neighbours or forwarding entries for its peers',
    advice: 'Restitch writes the expected ones; nothing has to go down for it.',
  },
  {
    name: 'FlannelPeerBroken',
    class: 'tunnel-down',
    level: 4,
    severity: 'critical',
    for: '2m',
    expr: 'restitch_overlay_entries_missing{table="peer"} > 0 or restitch_overlay_entries_wrong{table="peer"} > 0',
    summary: 'flannel’s WireGuard device on {{ $labels.node }} lacks a peer, or has it under another key',
    advice: 'Restitch sets the peer as the Node objects announce it.',
  },
  {
    name: 'PodRouteViaTunnel',
    class: 'vxlan-wedge',
    level: 4,
    severity: 'critical',
    for: '2m',
    expr: onOverlay('flannel_route_via_wg0 > 0', 'vxlan'),
    summary: '{{ $labels.node }} sends packets for pods of its peers past flannel, into WireGuard',
    advice: 'A route or AllowedIPs with pod networks: WireGuard drops what no peer may receive.',
  },
  {
    name: 'PodRouteByPolicy',
    class: 'missing-route',
    level: 2,
    severity: 'critical',
    for: '2m',
    expr: 'restitch_pod_ways_by_policy > 0',
    summary: 'A policy rule of {{ $labels.node }} sends packets for pods out of another device',
    advice: 'A second mesh or VPN took the pods’ network into a table of its own: see `ip rule` and `ip route get`.',
  },
  {
    name: 'PodRouteEscaped',
    class: 'missing-route',
    level: 4,
    severity: 'critical',
    for: '2m',
    expr: `(${onOverlay('flannel_route_via_wg0 > 0', 'wireguard-native')}) or restitch_pod_networks_elsewhere > 0`,
    summary: '{{ $labels.node }} sends packets for pods of its peers out of another device',
    advice: 'Another network on the same addresses, or a policy rule: see `ip route get` for an address of such a pod.',
  },
  {
    name: 'PodRouteMissing',
    class: 'missing-route',
    level: 5,
    severity: 'critical',
    for: '2m',
    expr: 'restitch_overlay_entries_missing{table=~"route|allowed-ips"} > 0 or restitch_overlay_entries_wrong{table=~"route|allowed-ips"} > 0',
    summary: '{{ $labels.node }} lacks routes or AllowedIPs for pods of its peers',
    advice: 'Restitch writes the expected ones.',
  },
  {
    name: 'TunnelRouteMissing',
    class: 'missing-route',
    level: 3,
    severity: 'critical',
    for: '2m',
    expr: `(restitch_tunnel_addresses_refused > 0 or restitch_tunnel_routes_missing > 0) and ${losesPackets}`,
    summary: 'On {{ $labels.node }} routes into the tunnel and AllowedIPs do not fit each other',
    advice: '`ip link set wg0 down; up` loses routes; an AllowedIPs given to one peer is taken from another.',
  },
  {
    name: 'ForwardingOff',
    class: 'missing-route',
    level: 4,
    severity: 'critical',
    for: '2m',
    expr: 'restitch_device_forwarding == 0',
    summary: '{{ $labels.node }} does not forward packets that come in by a device of its overlay',
    advice: 'net.ipv4.ip_forward, or the forwarding switch of one device.',
  },
];
