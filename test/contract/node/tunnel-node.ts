import { mustRun, runProgram } from '../../../lab/run-program.ts';
import { createNamespacePair, type NamespaceNode, type NamespacePair, peerEntries } from './namespace-pair.ts';

/** A node as `createNamespacePair` makes it, healthy, with a WireGuard tunnel of wireguard-go and a VXLAN device on it. */
export interface TunnelNode {
  readonly pair: NamespacePair;
  readonly node: NamespaceNode;
  /** The tunnel: no other test's device is called so, for the sockets of wireguard-go are paths of the machine. */
  readonly tunnel: string;
  /** Has a preshared key, no endpoint, no keepalive. */
  readonly silentPeer: string;
  /** Has an endpoint and a keepalive. */
  readonly livelyPeer: string;
  /** All that the operations may change, in a comparable form; without private keys, device indices and neighbours that the kernel learned. */
  state(): Promise<string>;
  /** Runs lines, one program call each, inside the node. */
  setUp(lines: readonly string[]): Promise<void>;
  /** Makes the node again what it was when it was made. Throws when something of a test stays. */
  reset(): Promise<void>;
  remove(): Promise<void>;
}

const START = 'LOG_LEVEL=silent exec wireguard-go "$0" >/dev/null 2>&1 </dev/null';
const CONFIGURE = 'cat | wg setconf "$0" /dev/stdin';
const KEYS = 'for _ in 1 2 3; do wg genkey; done; wg genpsk';

export async function createTunnelNode(): Promise<TunnelNode> {
  const pair = await createNamespacePair();
  const { node } = pair;
  const tunnel = node.name.replace('rsn', 'wg');
  const remove = async () => {
    // The device goes, and wireguard-go ends with it.
    await runProgram(['ip', '-n', node.name, 'link', 'del', tunnel]);
    await pair.remove();
  };
  try {
    const [own = '', ...others] = (await mustRun(['sh', '-c', KEYS])).trim().split('\n');
    const preshared = others.pop() ?? '';
    const [silentPeer = '', livelyPeer = ''] = await Promise.all(others.map(publicKey));
    await mustRun(['ip', 'netns', 'exec', node.name, 'sh', '-c', START, tunnel]);
    const peers = tunnelConfiguration(own, { silentPeer, preshared, livelyPeer });
    const setUp = async (lines: readonly string[]) => {
      await node.execAll(lines);
    };
    const build = async () => {
      await mustRun(['ip', 'netns', 'exec', node.name, 'sh', '-c', CONFIGURE, tunnel], { stdin: peers });
      await setUp(healthy(tunnel));
    };
    await build();
    const pristine = await stateOf(node, tunnel);
    const reset = async () => {
      await node.forget();
      await setUp(away(tunnel));
      await build();
      const now = await stateOf(node, tunnel);
      if (now !== pristine) throw new Error(`the node was not reset:\n${pristine}\n---\n${now}`);
    };
    return { pair, node, tunnel, silentPeer, livelyPeer, setUp, reset, remove, state: () => stateOf(node, tunnel) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function publicKey(privateKey: string): Promise<string> {
  return (await mustRun(['wg', 'pubkey'], { stdin: `${privateKey}\n` })).trim();
}

function tunnelConfiguration(
  privateKey: string,
  keys: { readonly silentPeer: string; readonly preshared: string; readonly livelyPeer: string },
): string {
  return `[Interface]
PrivateKey = ${privateKey}
[Peer]
PublicKey = ${keys.silentPeer}
PresharedKey = ${keys.preshared}
AllowedIPs = 10.200.0.11/32
[Peer]
PublicKey = ${keys.livelyPeer}
Endpoint = 192.0.2.2:51820
PersistentKeepalive = 25
AllowedIPs = 10.200.0.12/32,fd00:200::/64
`;
}

/** Program calls that make a node of a bare tunnel and a bare `flannel.1`. */
const healthy = (tunnel: string): readonly string[] => [
  `ip addr add 10.200.0.1/24 dev ${tunnel}`,
  `ip link set ${tunnel} mtu 1420 up`,
  `ip route add 10.0.0.0/16 dev ${tunnel}`,
  `ip link add flannel.2 address 02:00:00:00:01:01 mtu 1370 type vxlan id 2 dstport 8473 local 10.200.0.1 dev ${tunnel} nolearning`,
  'ip link set flannel.2 up',
  'ip addr add fd00:1::1/64 dev flannel.1 nodad',
  ...peerEntries,
];

/** Program calls that leave a bare tunnel and a bare `flannel.1`, whatever is there. */
const away = (tunnel: string): readonly string[] => [
  'ip link del flannel.1 2>/dev/null || :',
  'ip link del flannel.2',
  'ip link del flannel-v6.1 2>/dev/null || :',
  'ip link del cni0 2>/dev/null || :',
  'conntrack -F',
  `ip link set ${tunnel} down`,
  `ip addr flush dev ${tunnel}`,
  'ip link set wire0 down',
  'ip neigh flush all nud permanent',
  'sysctl -q -w net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0',
  'nft flush ruleset',
  'ip link set wire0 up',
  'ip link add flannel.1 address 02:00:00:00:00:01 type vxlan id 1 dstport 8472 local 192.0.2.1 dev wire0 nolearning',
  'ip addr add 10.42.1.0/32 dev flannel.1',
  'ip link set flannel.1 up',
];

/** Tables of the kernel as one listing each, divided by `=`. A device that came up just now has its link-local address soon. */
const listings = (tunnel: string): readonly string[] => [
  'while [ -n "$(ip -o addr show tentative)" ]; do sleep 0.02; done',
  ...[
    'ip -d -o link show',
    'ip -o addr show',
    'ip neigh show',
    'bridge fdb show',
    'ip -4 -o route show table all',
    'ip -6 -o route show table main',
    'sysctl net.ipv4.ip_forward net.ipv6.conf.all.forwarding',
    'ethtool -k flannel.1 2>/dev/null | grep -v fixed || :',
  ].flatMap((line) => [line, 'echo =']),
  `wg show ${tunnel} dump`,
];

async function stateOf(node: NamespaceNode, tunnel: string): Promise<string> {
  const tables = (await node.execAll(listings(tunnel))).split('\n=\n');
  const peers = tables.pop() ?? '';
  return [...tables.map(comparable), comparablePeers(peers)].join('\n');
}

const linesOf = (output: string) =>
  output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');

function comparable(output: string): string {
  return linesOf(output)
    .filter((line) => !/FAILED|INCOMPLETE|REACHABLE|STALE|DELAY|PROBE|^fe80:/.test(line))
    .map((line) =>
      line
        .replace(/^\d+: /, '')
        .replace(/ qdisc \S+/, '')
        .replace(/ bridge forward_delay .*/, ' bridge'),
    )
    .toSorted()
    .join('\n');
}

function comparablePeers(output: string): string {
  return linesOf(output)
    .slice(1)
    .map((line) => {
      const [key, preshared, endpoint, allowedIps = '', , , , keepalive] = line.split('\t');
      return [key, preshared, endpoint, allowedIps.split(',').toSorted().join(','), keepalive].join('\t');
    })
    .toSorted()
    .join('\n');
}
