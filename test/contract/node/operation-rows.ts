import { peerOperations } from './namespace-pair.ts';

export interface OperationRow {
  readonly what: string;
  /** Makes the lines untrue. */
  readonly before?: readonly string[];
  /** Makes them untrue again after the rollback, where there is nothing that it must bring back. */
  readonly again?: readonly string[];
  readonly lines: readonly string[];
  /** Program calls, and what each prints afterwards. */
  readonly so: readonly (readonly [command: string, prints: RegExp])[];
}

const created = 'vxlan create flannel.1 id 1 dstport 8472 local 192.0.2.1 dev wire0 address 02:00:00:00:00:01 mtu 1450';
const wholeDevice = [created, 'link up flannel.1', 'addr replace 10.42.1.0/32 dev flannel.1', ...peerOperations];
const isWhole: OperationRow['so'] = [
  [
    'ip -d -o link show dev flannel.1',
    /[<,]UP[,>].* mtu 1450 .*vxlan id 1 local 192.0.2.1 dev wire0 .*dstport 8472 nolearning/,
  ],
  ['ping -n -c 1 -W 2 10.42.2.0', /1 received/],
];
/** The second device of a fleet with two pod networks, as flannel makes it, and its peer over IPv6. */
const ipv6Device = [
  'vxlan create flannel-v6.1 id 1 dstport 8472 local fd00:77::1 dev wire0 address 02:00:00:00:06:01 mtu 1430',
  'link up flannel-v6.1',
  'addr replace fd00:42:0:1:0:0:0:0/128 dev flannel-v6.1',
];
const ipv6Peer = [
  'neigh replace fd00:42:0:2:0:0:0:0 lladdr 02:00:00:00:06:02 dev flannel-v6.1',
  'fdb replace 02:00:00:00:06:02 dst fd00:77::2 dev flannel-v6.1',
  'route replace fd00:42:0:2::/64 via fd00:42:0:2:0:0:0:0 dev flannel-v6.1 onlink',
];
const ipv6Underlay = 'ip addr add fd00:77::1/64 dev wire0 nodad';
const isIpv6Whole: OperationRow['so'] = [
  [
    'ip -d -o link show dev flannel-v6.1',
    /[<,]UP[,>].* mtu 1430 .*link\/ether 02:00:00:00:06:01 .*vxlan id 1 local fd00:77::1 dev wire0 .*dstport 8472 nolearning/,
  ],
  ['ip -6 -o addr show dev flannel-v6.1', /fd00:42:0:1::\/128/],
  ['ip -6 neigh show dev flannel-v6.1', /fd00:42:0:2:: lladdr 02:00:00:00:06:02 PERMANENT/],
  ['bridge fdb show dev flannel-v6.1', /02:00:00:00:06:02 dst fd00:77::2 self permanent/],
  ['ip -6 route show fd00:42:0:2::/64', /via fd00:42:0:2:: dev flannel-v6\.1 .*onlink/],
  // The other family's device is as it was.
  ...isWhole,
];
const withPort = (port: number) => [
  'ip link del flannel.1',
  `ip link add flannel.1 address 02:00:00:00:00:01 mtu 1400 type vxlan id 1 dstport ${port} local 192.0.2.1 dev wire0 ttl 8 learning`,
  'ip addr add 10.42.1.0/32 dev flannel.1',
  'ip link set flannel.1 up',
  'ip neigh add 10.42.7.0 lladdr 02:00:00:00:00:07 dev flannel.1 nud permanent',
  'bridge fdb add 02:00:00:00:00:07 dev flannel.1 dst 192.0.2.7 self permanent',
  'bridge fdb append 00:00:00:00:00:00 dev flannel.1 dst 192.0.2.8 self permanent',
  'bridge fdb append 00:00:00:00:00:00 dev flannel.1 dst 192.0.2.9 self permanent',
  'ip route add 10.42.7.0/24 via 10.42.7.0 dev flannel.1 onlink mtu 1300',
];

/** The kernel learns a path MTU of 10.42.2.0, which looks 570 seconds old. */
const learnedLongAgo = [
  'sysctl -q -w net.ipv4.route.mtu_expires=30',
  'ping -n -c 1 -W 1 -M do -s 1400 10.42.2.0 || :',
  'sysctl -q -w net.ipv4.route.mtu_expires=600',
  'ip route get 10.42.2.0 | grep -q expires',
];

/** Two flows of one sender to a pod that is gone, and one to another pod. */
const staleFlows = [
  ['40000', '10.42.1.9'],
  ['40001', '10.42.1.9'],
  ['40002', '10.42.1.8'],
].map(
  ([port, pod]) =>
    `conntrack -I -p udp -s 10.42.2.5 -d 192.0.2.1 --sport ${port} --dport 8125 -t 120 --dst-nat ${pod}:8125 -u UNSET`,
);

/** Every operation of the grammar. WG, SILENT and LIVELY stand for the tunnel and its peers, STRANGER for a key that it does not know. */
const operationRows: readonly OperationRow[] = [
  {
    what: 'sysctl',
    before: ['sysctl -q -w net.ipv4.ip_forward=0'],
    lines: ['sysctl net.ipv4.ip_forward 1'],
    so: [['sysctl -n net.ipv4.ip_forward', /^1$/m]],
  },
  {
    what: 'sysctl of IPv6',
    before: ['sysctl -q -w net.ipv6.conf.all.forwarding=0'],
    lines: ['sysctl net.ipv6.conf.all.forwarding 1'],
    so: [['sysctl -n net.ipv6.conf.all.forwarding', /^1$/m]],
  },
  { what: 'vxlan create of one that is gone', before: ['ip link del flannel.1'], lines: wholeDevice, so: isWhole },
  {
    what: 'vxlan create over one of another port, whose entries go with it',
    before: withPort(4789),
    lines: wholeDevice,
    so: [...isWhole, ['ip route show 10.42.7.0/24', /^$/]],
  },
  {
    what: 'vxlan create over one of another MAC',
    before: [
      'ip link set flannel.1 down',
      'ip link set flannel.1 address 02:00:00:00:00:99',
      'ip link set flannel.1 up',
    ],
    lines: wholeDevice,
    so: isWhole,
  },
  {
    what: 'vxlan create where only the MTU is another: the device stays',
    before: ['ip link set flannel.1 mtu 1300'],
    lines: [created],
    so: isWhole,
  },
  {
    what: 'link up',
    before: ['ip link set flannel.1 down'],
    lines: ['link up flannel.1'],
    so: [['ip -o link show dev flannel.1', /[<,]UP[,>]/]],
  },
  {
    what: 'link mtu',
    lines: ['link mtu flannel.1 1290', 'link mtu WG 1340'],
    so: [
      ['ip -o link show dev flannel.1', / mtu 1290 /],
      ['ip -o link show dev WG', / mtu 1340 /],
    ],
  },
  {
    what: 'link mtu of an overlay that grows with what is below it, in whatever order',
    lines: ['link mtu flannel.2 1390', 'link mtu WG 1440'],
    so: [['ip -o link show dev flannel.2', / mtu 1390 /]],
  },
  {
    what: 'link mtu of an overlay that was larger than what is below it allows',
    before: ['ip link set WG mtu 1500', 'ip link set flannel.2 mtu 1450', 'ip link set WG mtu 1420'],
    lines: ['link mtu flannel.2 1370'],
    so: [['ip -o link show dev flannel.2', / mtu 1370 /]],
  },
  {
    what: 'addr replace',
    lines: ['addr replace 10.42.99.0/32 dev flannel.1', 'addr replace fd00:9::1/64 dev flannel.1'],
    so: [
      ['ip -o addr show dev flannel.1', /10\.42\.99\.0\/32[\s\S]*fd00:9::1\/64|fd00:9::1\/64[\s\S]*10\.42\.99\.0\/32/],
    ],
  },
  {
    what: 'addr del, beside the one that takes its place',
    before: ['ip link add cni0 type bridge', 'ip addr add 10.42.9.1/24 dev cni0', 'ip link set cni0 up'],
    lines: ['addr replace 10.42.1.1/24 dev cni0', 'addr del 10.42.9.1/24 dev cni0'],
    so: [
      ['ip -4 -o addr show dev cni0', /^(?![\s\S]*10\.42\.9\.1)[\s\S]*10\.42\.1\.1\/24/],
      ['ip -4 route show dev cni0', /^(?![\s\S]*10\.42\.9\.0)[\s\S]*10\.42\.1\.0\/24/],
    ],
  },
  {
    what: 'addr del of a second address of the overlay, with a route that left by it',
    before: ['ip addr add 10.42.9.0/32 dev flannel.1', 'ip route add 10.42.8.0/24 dev flannel.1 src 10.42.9.0'],
    lines: ['addr del 10.42.9.0/32 dev flannel.1'],
    so: [
      ['ip -4 -o addr show dev flannel.1', /^(?![\s\S]*10\.42\.9\.0)[\s\S]*10\.42\.1\.0\/32/],
      ['ping -n -c 1 -W 2 10.42.2.0', /1 received/],
    ],
  },
  {
    what: 'offload',
    lines: ['offload flannel.1 tx-checksum-ip-generic off'],
    so: [
      ['ethtool -k flannel.1', /tx-checksum-ip-generic: off/],
      ['ping -n -c 1 -W 2 10.42.2.0', /1 received/],
    ],
  },
  {
    what: 'conntrack del of a flow that nobody answers, and of no other',
    before: staleFlows,
    again: ['conntrack -D -p udp', ...staleFlows],
    lines: ['conntrack del udp 10.42.2.5:40000 192.0.2.1:8125 at 10.42.1.9'],
    so: [['conntrack -L -p udp', /^(?![\s\S]*sport=40000)(?=[\s\S]*sport=40001)(?=[\s\S]*10\.42\.1\.8)/]],
  },
  {
    what: 'wg listen-port',
    lines: ['wg listen-port WG 41999'],
    so: [['wg show WG listen-port', /^41999$/m]],
  },
  {
    what: 'wg keepalive',
    lines: ['wg keepalive WG peer SILENT 25', 'wg keepalive WG peer LIVELY 0'],
    so: [
      ['wg show WG persistent-keepalive', /SILENT\t25/],
      ['wg show WG persistent-keepalive', /LIVELY\toff/],
    ],
  },
  {
    what: 'wg endpoint, of a peer that had another',
    lines: ['wg endpoint WG peer LIVELY 192.0.2.2:41820'],
    so: [['wg show WG endpoints', /LIVELY\t192\.0\.2\.2:41820/]],
  },
  {
    what: 'wg endpoint, of a peer that had none and has a preshared key',
    lines: ['wg endpoint WG peer SILENT [fd00:0:0::2]:51820', 'wg keepalive WG peer SILENT 25'],
    so: [['wg show WG endpoints', /SILENT\t\[fd00::2\]:51820/]],
  },
  {
    what: 'wg allowed-ips, which are taken from another peer',
    lines: ['wg allowed-ips WG peer SILENT 10.200.0.12/32 10.200.0.11/32 10.3.7.9/16 fd00:5::1/48 fd00:200::/64'],
    so: [
      [
        'wg show WG allowed-ips',
        /SILENT\t(?=.*10\.200\.0\.11\/32)(?=.*10\.200\.0\.12\/32)(?=.*10\.3\.0\.0\/16)(?=.*fd00:5::\/48)/,
      ],
      ['wg show WG allowed-ips', /LIVELY\t\(none\)/],
    ],
  },
  {
    what: 'wg add of a peer, which takes its networks from another',
    lines: ['wg add WG peer STRANGER endpoint 192.0.2.2:51821 keepalive 25 allowed-ips 10.200.0.12/32 10.200.0.99/32'],
    so: [
      [
        'wg show WG dump',
        /STRANGER\t\S+\t192\.0\.2\.2:51821\t(?=.*10\.200\.0\.12\/32)(?=.*10\.200\.0\.99\/32).*\t25$/m,
      ],
      ['wg show WG allowed-ips', /LIVELY\tfd00:200::\/64$/m],
    ],
  },
  {
    what: 'wg add of a peer that is there, which keeps the endpoint that it roamed to',
    lines: ['wg add WG peer LIVELY endpoint 192.0.2.9:1 keepalive 20 allowed-ips 10.200.0.12/32'],
    so: [['wg show WG dump', /LIVELY\t\S+\t192\.0\.2\.2:51820\t10\.200\.0\.12\/32\t.*\t20$/m]],
  },
  {
    what: 'wg add of a peer that is there and has no endpoint',
    lines: ['wg add WG peer SILENT endpoint 192.0.2.9:1 keepalive 20 allowed-ips 10.200.0.11/32'],
    so: [['wg show WG endpoints', /SILENT\t192\.0\.2\.9:1$/m]],
  },
  {
    what: 'wg add of a peer to others that all have the same preshared key',
    before: ['wg set WG peer LIVELY remove'],
    lines: ['wg add WG peer STRANGER endpoint 192.0.2.2:51820 keepalive 0 allowed-ips 10.200.0.12/32'],
    so: [
      ['wg show WG preshared-keys', /\t(\S{44})\n[\s\S]*\t\1$/m],
      ['wg show WG peers', /STRANGER/],
    ],
  },
  {
    what: 'wg del of a peer that has a preshared key',
    lines: ['wg del WG peer SILENT'],
    so: [['wg show WG peers', /^(?!SILENT)/]],
  },
  {
    what: 'wg del and wg add: another key in the place of one',
    lines: [
      'wg del WG peer LIVELY',
      'wg add WG peer STRANGER endpoint 192.0.2.2:51820 keepalive 25 allowed-ips 10.200.0.12/32 fd00:200::/64',
    ],
    so: [['wg show WG peers', /^(?![\s\S]*LIVELY)[\s\S]*STRANGER/]],
  },
  {
    what: 'neigh replace',
    before: ['ip neigh del 10.42.2.0 dev flannel.1'],
    lines: [peerOperations[0], 'neigh replace 10.42.3.0 lladdr 02:00:00:00:00:03 dev flannel.1'],
    so: [['ping -n -c 1 -W 2 10.42.2.0', /1 received/]],
  },
  {
    what: 'fdb replace',
    before: ['bridge fdb replace 02:00:00:00:00:02 dev flannel.1 dst 192.0.2.99 self permanent'],
    lines: [peerOperations[1], 'fdb replace 02:00:00:00:00:03 dst 192.0.2.3 dev flannel.1'],
    so: [['ping -n -c 1 -W 2 10.42.2.0', /1 received/]],
  },
  {
    what: 'route replace, of a network that went another way',
    before: [
      'ip route replace 10.42.2.0/24 via 192.0.2.2 dev wire0 mtu 1200',
      'ip route add 10.42.2.0/24 dev WG metric 77',
    ],
    lines: [peerOperations[2], 'route replace 10.42.3.0/24 via 10.42.3.0 dev flannel.1 onlink'],
    so: [['ip route get 10.42.2.0', /dev flannel\.1/]],
  },
  {
    what: 'route set, with and without an MTU',
    before: ['ip route add 10.9.0.0/16 via 192.0.2.2 dev wire0'],
    lines: [
      'route set 10.9.0.0/16 dev WG',
      'route set 10.200.0.11/32 dev WG mtu 1328',
      'route set fd00:200::/64 dev WG',
    ],
    so: [
      ['ip route show 10.9.0.0/16', /^10\.9\.0\.0\/16 dev \S+ scope link $/m],
      ['ip route get 10.200.0.11', /mtu 1328/],
      ['ip -6 route show fd00:200::/64', / dev WG /],
    ],
  },
  {
    what: 'route replace with an MTU, of a route that has none, and of one that has another',
    before: [
      'ip route add 10.42.7.0/24 via 10.42.7.0 dev flannel.1 onlink',
      'ip route add 10.42.8.0/24 via 10.42.8.0 dev flannel.1 onlink mtu 1300',
    ],
    lines: [
      'route replace 10.42.7.0/24 via 10.42.7.0 dev flannel.1 onlink mtu 1328',
      'route replace 10.42.8.0/24 via 10.42.8.0 dev flannel.1 onlink mtu 1328',
    ],
    so: [
      ['ip route show 10.42.7.0/24', /onlink mtu 1328/],
      ['ip route show 10.42.8.0/24', /onlink mtu 1328/],
    ],
  },
  {
    what: 'route set of the network that an address brought',
    lines: ['route set 10.200.0.0/24 dev WG mtu 1300'],
    so: [['ip route show 10.200.0.0/24', /mtu 1300/]],
  },
  {
    what: 'route del',
    lines: ['route del 10.42.2.0/24 dev flannel.1', 'route del 10.0.0.0/16 dev WG'],
    so: [['ip route show', /^(?!.*10\.42\.2\.0)(?!.*10\.0\.0\.0)/]],
  },
  {
    what: 'route flush cache, of a path MTU that was learned long ago',
    before: ['ip route add 192.0.2.2/32 dev wire0 mtu 1400', ...learnedLongAgo],
    again: learnedLongAgo,
    lines: ['route flush cache 10.42.2.0'],
    so: [['ip route get 10.42.2.0', /^(?![\s\S]*expires)/]],
  },
  {
    what: 'the device of the second pod network, made where there is none',
    before: [ipv6Underlay],
    lines: [...ipv6Device, ...ipv6Peer],
    so: isIpv6Whole,
  },
  {
    what: 'the same over one of another MAC, whose neighbours went with it',
    before: [
      ipv6Underlay,
      'ip link add flannel-v6.1 address 02:00:00:00:06:99 type vxlan id 1 dstport 8472 local fd00:77::1 dev wire0 nolearning',
      'ip link set flannel-v6.1 mtu 1430 up',
      'ip addr add fd00:42:0:1::/128 dev flannel-v6.1 nodad',
      'bridge fdb add 02:00:00:00:06:02 dev flannel-v6.1 dst fd00:77::9 self permanent',
      'ip -6 route add fd00:42:0:2::/64 via fd00:42:0:2:: dev flannel-v6.1 onlink',
    ],
    lines: [...ipv6Device, ...ipv6Peer],
    so: isIpv6Whole,
  },
  {
    what: 'entries of the second pod network, a link that is down, and an MTU',
    before: [
      ipv6Underlay,
      'ip link add flannel-v6.1 address 02:00:00:00:06:01 type vxlan id 1 dstport 8472 local fd00:77::1 dev wire0 nolearning',
      'ip link set flannel-v6.1 mtu 1400 up',
      'ip addr add fd00:42:0:1::/128 dev flannel-v6.1 nodad',
      'bridge fdb add 02:00:00:00:06:02 dev flannel-v6.1 dst fd00:77::9 self permanent',
      'ip link set flannel-v6.1 down',
    ],
    lines: ['link mtu flannel-v6.1 1430', ...ipv6Device.slice(1), ...ipv6Peer],
    so: isIpv6Whole,
  },
  {
    what: 'all of them at once',
    before: [...withPort(4789), 'ip link set WG mtu 1320', 'sysctl -q -w net.ipv4.ip_forward=0'],
    lines: [
      'sysctl net.ipv4.ip_forward 1',
      ...wholeDevice.slice(0, 2),
      'link mtu WG 1440',
      ...wholeDevice.slice(2, 3),
      'wg keepalive WG peer SILENT 25',
      'wg endpoint WG peer SILENT 192.0.2.2:51820',
      'wg allowed-ips WG peer LIVELY 10.200.0.11/32',
      ...peerOperations,
      'route set 10.99.0.0/16 dev WG mtu 1328',
    ],
    so: isWhole,
  },
];

/** What a row does: the first two words of each line, and whether for the second pod network. */
const kindsOf = ({ lines }: OperationRow): readonly string[] =>
  lines.map((line) => `${line.split(' ').slice(0, 2).join(' ')} ${line.includes('flannel-v6.1')}`);

/** As few rows as have every kind of line: from the last one back, those that bring a kind. */
export const rowOfEachKind: readonly OperationRow[] = operationRows.toReversed().filter((row, index, rows) => {
  const seen = new Set(rows.slice(0, index).flatMap(kindsOf));
  return kindsOf(row).some((kind) => !seen.has(kind));
});

export const otherRows: readonly OperationRow[] = operationRows.filter((row) => !rowOfEachKind.includes(row));
