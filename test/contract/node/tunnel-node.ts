import { setTimeout as sleep } from 'node:timers/promises';
import { mustRun, runProgram } from '../../../lab/run-program.ts';
import { createNamespacePair, type NamespaceNode, type NamespacePair, peerOperations } from './namespace-pair.ts';

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
  /** All that the operations may change, in a comparable form; private keys and indices of devices are left out. */
  state(): Promise<string>;
  /** Runs lines, one program call each, inside the node. */
  setUp(lines: readonly string[]): Promise<void>;
  remove(): Promise<void>;
}

const START = 'LOG_LEVEL=silent exec wireguard-go "$0" >/dev/null 2>&1 </dev/null';
const CONFIGURE = 'wg genkey | wg set "$0" private-key /dev/stdin';
const MEET = 'wg genpsk | wg set "$0" peer "$1" preshared-key /dev/stdin allowed-ips "$2"';

const publicKey = async () => (await mustRun(['sh', '-c', 'wg genkey | wg pubkey'])).trim();

export async function createTunnelNode(): Promise<TunnelNode> {
  const pair = await createNamespacePair();
  const { node } = pair;
  const tunnel = node.name.replace('rsn', 'wg');
  const shell = (text: string, ...words: readonly string[]) =>
    mustRun(['ip', 'netns', 'exec', node.name, 'sh', '-c', text, ...words]);
  const remove = async () => {
    // The device goes, and wireguard-go ends with it.
    await runProgram(['ip', '-n', node.name, 'link', 'del', tunnel]);
    await pair.remove();
  };
  const setUp = async (lines: readonly string[]) => {
    for (const line of lines) await node.exec(line);
  };
  try {
    const [silentPeer, livelyPeer] = await Promise.all([publicKey(), publicKey()]);
    await shell(START, tunnel);
    await shell(CONFIGURE, tunnel);
    await shell(MEET, tunnel, silentPeer, '10.200.0.11/32');
    await setUp([
      `wg set ${tunnel} peer ${livelyPeer} endpoint 192.0.2.2:51820 persistent-keepalive 25 allowed-ips 10.200.0.12/32,fd00:200::/64`,
      `ip addr add 10.200.0.1/24 dev ${tunnel}`,
      `ip link set ${tunnel} mtu 1420 up`,
      `ip route add 10.0.0.0/16 dev ${tunnel}`,
      `ip link add flannel.2 address 02:00:00:00:01:01 mtu 1370 type vxlan id 2 dstport 8473 local 10.200.0.1 dev ${tunnel} nolearning`,
      'ip link set flannel.2 up',
      'ip addr add fd00:1::1/64 dev flannel.1 nodad',
    ]);
    await node.act('apply', {
      operationKey: 'setup',
      fencingToken: '1',
      operations: peerOperations.join(','),
      check: 'false',
      confirmWithinSeconds: '0',
    });
    return { pair, node, tunnel, silentPeer, livelyPeer, setUp, remove, state: () => stateOf(node, tunnel) };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function stateOf(node: NamespaceNode, tunnel: string): Promise<string> {
  await linkLocalAddressesSettle(node);
  const parts = await Promise.all(
    [
      'ip -d -o link show',
      'ip -o addr show',
      'ip neigh show',
      'bridge fdb show',
      'ip -4 -o route show table all',
      'ip -6 -o route show table main',
      'sysctl net.ipv4.ip_forward',
      `wg show ${tunnel} dump`,
    ].map(async (line) => comparable(line, await node.exec(line))),
  );
  return parts.join('\n');
}

function comparable(command: string, output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !/FAILED|INCOMPLETE|^fe80:/.test(line));
  if (!command.startsWith('wg')) {
    return lines
      .map((line) =>
        line
          .replace(/^\d+: /, '')
          .replace(/ qdisc \S+/, '')
          .replace(/ bridge forward_delay .*/, ' bridge'),
      )
      .toSorted()
      .join('\n');
  }
  return lines
    .slice(1)
    .map((line) => {
      const [key, preshared, endpoint, allowedIps = '', , , , keepalive] = line.split('\t');
      return [key, preshared, endpoint, allowedIps.split(',').toSorted().join(','), keepalive].join('\t');
    })
    .toSorted()
    .join('\n');
}

/** A device that came up a moment ago has its link-local address only soon. */
async function linkLocalAddressesSettle(node: NamespaceNode): Promise<void> {
  while ((await node.exec('ip -o addr show tentative')) !== '') await sleep(20);
}
