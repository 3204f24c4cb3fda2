/** What a series has in one phase, a value a minute. A list is repeated. `null`: the series is not there. */
type Phase = number | null | readonly number[];

/** What a series has while all is well, while the fault is there, and after it. */
export type Phases = readonly [Phase, Phase, Phase];

export interface RuleCase {
  readonly alert: string;
  /** The node that the alert must name; absent: it is about a pool. */
  readonly node?: string;
  /** Other nodes that it names as well. */
  readonly also?: readonly string[];
  /** Changes of the healthy fleet. A counter's values are growths per minute. */
  readonly series: Readonly<Record<string, Phases>>;
}

const lost = (node: string, to: string, layer: string, more = '') => {
  const role = to === 'hub-1' ? 'hub' : 'gpu';
  const rest = more === '' ? 'protocol="icmp",size="small"' : more;
  return `restitch_probe_lost_ratio{node="${node}",to="${to}",role="${role}",layer="${layer}",${rest}}`;
};
const fault = (series: string): Record<string, Phases> => ({ [series]: [0, 1, 0] });
const sick = (series: string): Record<string, Phases> => ({ [series]: [1, 0, 1] });
const info = (node: string, overlay = 'vxlan') =>
  `restitch_watchdog_info{node="${node}",overlay="${overlay}",pool="gpu",site="dc-a",hub="hub-1",role="gpu",tunnel="wg0"}`;
const native = { [info('gpu-1', 'wireguard-native')]: [1, 1, 1], [info('gpu-1')]: [null, null, null] } as const;
const both = (make: (node: string) => Record<string, Phases>) => ({ ...make('gpu-1'), ...make('gpu-2') });
const of = (metric: string, labels = '', node = 'gpu-1') =>
  `${metric}{node="${node}"${labels === '' ? '' : `,${labels}`}}`;

/** Wrong entries of gpu-1 for a peer; told only while there are any. */
const broken = (peer: string, table: string): Record<string, Phases> => ({
  [of('restitch_overlay_peer_broken', `peer="${peer}",table="${table}",state="wrong",family="4"`)]: [null, 1, null],
  ...fault(of('restitch_overlay_entries_wrong', `table="${table}",family="4"`)),
});

/** The fleet as it is without a fault: a hub, and two nodes behind it. */
export const healthyFleet: Readonly<Record<string, Phases>> = {
  'restitch_watchdog_info{node="hub-1",overlay="vxlan",pool="control",site="aws",hub="",role="hub",tunnel="wg0"}': [
    1, 1, 1,
  ],
  [info('gpu-1')]: [1, 1, 1],
  'restitch_watchdog_info{node="gpu-2",overlay="vxlan",pool="gpu",site="dc-b",hub="hub-1",role="gpu",tunnel="wg0"}': [
    1, 1, 1,
  ],
  ...Object.fromEntries(
    ['gpu-1', 'gpu-2'].flatMap((node) => [
      [lost(node, 'hub-1', 'underlay'), [0, 0, 0] as const],
      [lost('hub-1', node, 'underlay'), [0, 0, 0] as const],
    ]),
  ),
  // Two peers of one role: what is told of both must not become one series.
  [lost('gpu-1', 'gpu-2', 'underlay')]: [0, 0, 0],
  [lost('gpu-1', 'gpu-3', 'underlay')]: [0, 0, 0],
  [of('restitch_device_present', 'device="wg0",role="tunnel"')]: [1, 1, 1],
  [of('restitch_device_present', 'device="wg0",role="tunnel"', 'hub-1')]: [1, 1, 1],
  [of('restitch_wireguard_key_info', 'device="wg0",pod="",key="aa"')]: [1, 1, 1],
  [of('restitch_wireguard_key_info', 'device="wg0",pod="",key="bb"', 'hub-1')]: [1, 1, 1],
  [of('restitch_wireguard_peer_key_info', 'device="wg0",peer="hub-1",key="bb"')]: [1, 1, 1],
  ...Object.fromEntries(
    ['hub-1', 'gpu-1', 'gpu-2'].map((node) => [
      of('restitch_watchdog_last_run_timestamp_seconds', '', node),
      [60, 60, 60] as const,
    ]),
  ),
};

/** One case for each rule. */
export const ruleCases: readonly RuleCase[] = [
  { alert: 'ExpectedNetworkConflict', node: 'gpu-1', series: fault(of('restitch_expected_conflicts')) },
  { alert: 'AnnouncedAddressWrong', node: 'gpu-1', series: fault(of('restitch_announced_address_foreign')) },
  {
    alert: 'OverlayEntriesBroken',
    node: 'gpu-1',
    series: broken('gpu-3', 'fdb'),
  },
  {
    alert: 'FlannelPeerBroken',
    node: 'gpu-1',
    series: { ...native, ...fault(of('restitch_overlay_entries_missing', 'table="peer",family="4"')) },
  },
  { alert: 'PodRouteViaTunnel', node: 'gpu-1', series: fault(of('flannel_route_via_wg0')) },
  { alert: 'PodRouteByPolicy', node: 'gpu-1', series: fault(of('restitch_pod_ways_by_policy')) },
  { alert: 'PodRouteEscaped', node: 'gpu-1', series: fault(of('restitch_pod_networks_elsewhere')) },
  {
    alert: 'PodRouteMissing',
    node: 'gpu-1',
    series: fault(of('restitch_overlay_entries_missing', 'table="route",family="4"')),
  },
  {
    alert: 'TunnelRouteMissing',
    node: 'gpu-1',
    series: { ...fault(of('restitch_tunnel_routes_missing')), ...fault(lost('gpu-2', 'gpu-1', 'overlay')) },
  },
  { alert: 'ForwardingOff', node: 'gpu-1', series: sick(of('restitch_device_forwarding', 'device="all"')) },
  {
    alert: 'TunnelDeviceBroken',
    node: 'gpu-1',
    series: sick(of('restitch_device_present', 'device="wg0",role="tunnel"')),
  },
  {
    alert: 'HubTunnelDeviceBroken',
    node: 'hub-1',
    series: sick(of('restitch_device_present', 'device="wg0",role="tunnel"', 'hub-1')),
  },
  { alert: 'TunnelAddressMissing', node: 'gpu-1', series: fault(of('restitch_tunnel_address_missing')) },
  {
    alert: 'OverlayModuleMissing',
    node: 'gpu-1',
    series: fault(of('restitch_kernel_module_missing', 'module="vxlan"')),
  },
  {
    alert: 'OverlayDeviceMissing',
    node: 'gpu-1',
    series: sick(of('restitch_device_present', 'device="flannel.1",role="overlay"')),
  },
  {
    alert: 'FlannelWireGuardMissing',
    node: 'gpu-1',
    series: { ...native, ...sick(of('restitch_device_present', 'device="flannel-wg",role="overlay"')) },
  },
  {
    alert: 'OverlayDeviceDown',
    node: 'gpu-1',
    series: sick(of('restitch_device_up', 'device="flannel.1",role="overlay"')),
  },
  {
    alert: 'OverlayDeviceWrong',
    node: 'gpu-1',
    series: fault(of('restitch_device_attribute_wrong', 'device="flannel.1",attribute="vni"')),
  },
  {
    alert: 'FlannelKeyUnannounced',
    node: 'gpu-1',
    series: { ...native, ...fault(of('restitch_device_attribute_wrong', 'device="flannel-wg",attribute="key"')) },
  },
  {
    alert: 'DuplicateWireGuardKey',
    node: 'gpu-1',
    also: ['gpu-2'],
    series: { [of('restitch_wireguard_key_info', 'device="wg0",pod="",key="aa"', 'gpu-2')]: [null, 1, null] },
  },
  {
    alert: 'PeerKeyUnknown',
    node: 'gpu-1',
    series: { [of('restitch_wireguard_peer_key_info', 'device="wg0",peer="hub-1",key="cc"')]: [null, 1, null] },
  },
  {
    alert: 'EndpointUnroutable',
    node: 'gpu-1',
    series: fault(of('restitch_wireguard_endpoint_inside', 'device="wg0",peer="hub-1"')),
  },
  {
    alert: 'PeerEndpointFlapping',
    node: 'gpu-1',
    series: { [of('restitch_wireguard_endpoint_changes_total', 'device="wg0",peer="hub-1"')]: [0, 2, 0] },
  },
  { alert: 'ClockOff', node: 'gpu-1', series: { [of('restitch_clock_offset_seconds')]: [0, 3600, 0] } },
  { alert: 'ConntrackFull', node: 'gpu-1', series: { [of('restitch_conntrack_dropped_total')]: [0, 9, 0] } },
  { alert: 'NeighbourTableFull', node: 'gpu-1', series: { [of('restitch_neighbour_table_full_total')]: [0, 9, 0] } },
  { alert: 'KubeletDown', node: 'gpu-1', series: sick(of('restitch_kubelet_listening')) },
  {
    alert: 'FlannelAgentStopped',
    node: 'gpu-1',
    series: { [of('restitch_agent_running', 'agent="flanneld"')]: [1, null, 1] },
  },
  { alert: 'SubnetEnvBroken', node: 'gpu-1', series: sick(of('restitch_subnet_env_present')) },
  {
    alert: 'PodSubnetExhausted',
    node: 'gpu-1',
    series: {
      [of('restitch_pod_addresses_used')]: [9, 252, 9],
      [of('restitch_pod_addresses_capacity')]: [253, 253, 253],
    },
  },
  { alert: 'OwnPodsCutOff', node: 'gpu-1', series: sick(of('restitch_device_up', 'device="cni0",role="bridge"')) },
  { alert: 'BridgeAddressForeign', node: 'gpu-1', series: fault(of('restitch_foreign_addresses', 'device="cni0"')) },
  { alert: 'LeftoverCniNetwork', node: 'gpu-1', series: { [of('restitch_cni_networks')]: [1, 2, 1] } },
  {
    alert: 'ServiceRulesMissing',
    node: 'gpu-1',
    series: { [of('restitch_service_rules', 'chain="KUBE-SERVICES"')]: [1, -1, 1] },
  },
  { alert: 'HubUnreachable', node: 'hub-1', series: both((node) => fault(lost(node, 'hub-1', 'underlay'))) },
  {
    alert: 'NodeSilent',
    node: 'gpu-1',
    series: { [info('gpu-1')]: [1, null, 1], [lost('hub-1', 'gpu-1', 'underlay')]: [0, 1, 0] },
  },
  {
    alert: 'OneWayTunnel',
    node: 'gpu-1',
    series: {
      ...fault(lost('gpu-1', 'hub-1', 'underlay')),
      [of('restitch_wireguard_received_bytes_total', 'device="wg0",peer="gpu-1"', 'hub-1')]: [900, 900, 900],
      [of('restitch_wireguard_received_bytes_total', 'device="wg0",peer="hub-1"')]: [900, 0, 900],
    },
  },
  { alert: 'TunnelDown', node: 'gpu-1', series: fault(lost('gpu-1', 'hub-1', 'underlay')) },
  { alert: 'PeerUnreachable', node: 'gpu-1', series: fault(lost('gpu-1', 'gpu-2', 'underlay')) },
  { alert: 'OverlayBlocked', node: 'gpu-1', series: fault(lost('gpu-1', 'hub-1', 'overlay')) },
  {
    alert: 'OnlyIcmpPasses',
    node: 'gpu-1',
    series: fault(lost('gpu-1', 'hub-1', 'overlay', 'protocol="tcp",size="small"')),
  },
  {
    alert: 'LargePacketsLost',
    node: 'gpu-1',
    series: fault(lost('gpu-1', 'hub-1', 'overlay', 'protocol="icmp",size="full"')),
  },
  { alert: 'LossyPath', node: 'gpu-1', series: { [lost('gpu-1', 'hub-1', 'overlay')]: [0, 0.4, 0] } },
  {
    alert: 'KubeletUnreachable',
    node: 'gpu-1',
    series: fault(lost('hub-1', 'gpu-1', 'kubelet', 'protocol="tcp",size="small"')),
  },
  {
    alert: 'WireGuardHandshakeStale',
    node: 'gpu-1',
    series: {
      [of('restitch_wireguard_handshake_age_seconds', 'device="wg0",peer="hub-1"')]: [60, 900, 60],
      [of('restitch_wireguard_sent_bytes_total', 'device="wg0",peer="hub-1"')]: [900, 900, 900],
      [of('restitch_wireguard_received_bytes_total', 'device="wg0",peer="hub-1"')]: [900, 0, 900],
    },
  },
  {
    alert: 'PoolWithoutOverlayDevice',
    series: both((node) => sick(of('restitch_device_present', 'device="flannel.1",role="overlay"', node))),
  },
  { alert: 'WatchdogSilent', node: 'gpu-1', series: { [info('gpu-1')]: [1, null, 1] } },
  {
    alert: 'MtuAboveStack',
    node: 'gpu-1',
    series: {
      [of('restitch_device_mtu_bytes', 'device="flannel.1",role="overlay"')]: [1370, 1450, 1370],
      [of('restitch_device_mtu_limit_bytes', 'device="flannel.1",role="overlay"')]: [1370, 1370, 1370],
    },
  },
  {
    alert: 'UdpUnanswered',
    node: 'gpu-1',
    series: fault(lost('gpu-1', 'gpu-2', 'overlay', 'protocol="udp",size="small"')),
  },
  { alert: 'ExpectedNetworkOld', node: 'gpu-1', series: { [of('restitch_expected_age_seconds')]: [60, 900_000, 60] } },
];

/** Fleets that differ from the expected network, or from the others, and work. Nobody is to be told. */
export const lookAlikes: readonly (RuleCase & { readonly story: string })[] = [
  {
    story: 'a line loses 4 % of all round trips, as rented lines do, one of five pings now and then',
    alert: 'LossyPath',
    series: { [lost('gpu-1', 'hub-1', 'overlay')]: [0, [0.2, 0, 0, 0, 0], 0] },
  },
  {
    story: 'entries lead to another address than the announced one, and packets pass',
    alert: 'OverlayEntriesBroken',
    series: { ...broken('gpu-2', 'fdb'), [lost('gpu-1', 'gpu-2', 'overlay')]: [0, 0, 0] },
  },
  {
    story: 'of peers with such entries some are probed, and packets to these pass',
    alert: 'OverlayEntriesBroken',
    series: { ...broken('gpu-2', 'fdb'), ...broken('gpu-3', 'fdb'), [lost('gpu-1', 'gpu-2', 'overlay')]: [0, 0, 0] },
  },
  {
    story: 'an address is routed past the tunnel, and packets pass',
    alert: 'TunnelRouteMissing',
    series: { ...fault(of('restitch_tunnel_routes_missing')), [lost('gpu-1', 'gpu-2', 'overlay')]: [0, 0, 0] },
  },
  {
    story: 'a security group drops pings to the node’s own address, and the overlay passes',
    alert: 'PeerUnreachable',
    series: { ...fault(lost('gpu-1', 'gpu-2', 'underlay')), [lost('gpu-1', 'gpu-2', 'overlay')]: [0, 0, 0] },
  },
  {
    story: 'the hub answers no pings at its own address, and the overlay passes',
    alert: 'HubUnreachable',
    series: both((node) => ({
      ...fault(lost(node, 'hub-1', 'underlay')),
      [lost(node, 'hub-1', 'overlay')]: [0, 0, 0],
    })),
  },
  {
    story: 'IPv6 between pods never worked',
    alert: 'OverlayBlocked',
    series: { [lost('gpu-1', 'gpu-2', 'overlay6')]: [1, 1, 1] },
  },
  {
    story: 'flannel gave its devices of two address families one key',
    alert: 'DuplicateWireGuardKey',
    series: { [of('restitch_wireguard_key_info', 'device="flannel-wg-v6",pod="",key="aa"')]: [1, 1, 1] },
  },
  {
    story:
      'a peer’s filter has begun to drop datagrams that nobody listens to, beside a route that makes no difference',
    alert: 'TunnelRouteMissing',
    series: {
      ...fault(of('restitch_tunnel_routes_missing')),
      ...fault(lost('gpu-1', 'gpu-2', 'overlay', 'protocol="udp",size="small"')),
    },
  },
  {
    story: 'large datagrams alone are dropped by a policer, and large pings pass both ways',
    alert: 'LargePacketsLost',
    series: fault(lost('gpu-1', 'gpu-2', 'overlay', 'protocol="udp",size="full"')),
  },
  {
    story: 'a peer was set up with a smaller MTU for a smaller way, and the kernel tells senders',
    alert: 'LargePacketsLost',
    series: {
      [of('restitch_probe_too_long', 'to="gpu-2",role="gpu",layer="overlay",protocol="icmp",size="full"')]: [
        null,
        1,
        null,
      ],
      [of('restitch_device_mtu_bytes', 'device="flannel.1",role="overlay"')]: [1370, 1370, 1370],
      [of('restitch_device_mtu_bytes', 'device="flannel.1",role="overlay"', 'gpu-2')]: [1370, 1320, 1370],
    },
  },
];
