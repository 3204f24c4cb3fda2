import { assertNever } from '../assert-never.ts';
import type { ForwardingKey } from '../network/forwarding-key.ts';

/**
 * The closed grammar of repairs. One operation is one line; the node's script parses the same grammar again and refuses
 * every other line, so nothing else can be run through the `apply` and `bounce` documents.
 *
 * ```
 * sysctl net.ipv4.ip_forward 1
 * sysctl net.ipv6.conf.all.forwarding 1
 * vxlan create <dev> id <n> dstport <n> local <ip> dev <dev> address <mac> mtu <n>
 * link up <dev>
 * link mtu <dev> <n>
 * offload <dev> tx-checksum-ip-generic off
 * addr replace <ip/prefix> dev <dev>
 * addr del <ip/prefix> dev <dev>
 * wg listen-port <dev> <n>
 * wg keepalive <dev> peer <key> <seconds>
 * wg endpoint <dev> peer <key> <ip:port>
 * wg allowed-ips <dev> peer <key> <cidr> [<cidr> …]
 * wg add <dev> peer <key> endpoint <ip:port> keepalive <seconds> allowed-ips <cidr> [<cidr> …]
 * wg del <dev> peer <key>
 * neigh replace <ip> lladdr <mac> dev <dev>
 * fdb replace <mac> dst <ip> dev <dev>
 * route replace <cidr> via <ip> dev <dev> onlink [mtu <n>]
 * route set <cidr> dev <dev> [mtu <n>]
 * route del <cidr> dev <dev>
 * route flush cache <ipv4>
 * conntrack del udp <ipv4:port> <ipv4:port> at <ipv4>
 * ```
 * Lines are joined by `,` in the document's parameter: no character of a line means anything to a shell inside quotes.
 */
export type Operation =
  | { readonly op: 'sysctl'; readonly key: ForwardingKey; readonly value: 1 }
  /** Makes the device with flannel's parameters; one that is there with others is taken away first. Its entries are lost. */
  | {
      readonly op: 'vxlan create';
      readonly dev: string;
      readonly vni: number;
      readonly port: number;
      readonly local: string;
      readonly under: string;
      readonly mac: string;
      readonly mtuBytes: number;
    }
  | { readonly op: 'link up'; readonly dev: string }
  | { readonly op: 'link mtu'; readonly dev: string; readonly mtuBytes: number }
  /** The kernel computes the checksums that a card or driver gets wrong, as `ethtool -K`. The node takes only VXLAN devices. */
  | { readonly op: 'offload'; readonly dev: string; readonly feature: 'tx-checksum-ip-generic'; readonly value: 'off' }
  | { readonly op: 'addr replace'; readonly address: string; readonly dev: string }
  /** The node refuses it for the only address of a device, for one that the default route uses, and off a VXLAN device or bridge. */
  | { readonly op: 'addr del'; readonly address: string; readonly dev: string }
  /** The port that the device sends from and hears on: a NAT before it makes a mapping of its own for it. */
  | { readonly op: 'wg listen-port'; readonly dev: string; readonly port: number }
  | { readonly op: 'wg keepalive'; readonly dev: string; readonly peer: string; readonly seconds: number }
  /** `endpoint`: address:port, IPv6 in brackets. */
  | { readonly op: 'wg endpoint'; readonly dev: string; readonly peer: string; readonly endpoint: string }
  /** The whole list: WireGuard replaces it, and takes every network of it from any other peer. */
  | { readonly op: 'wg allowed-ips'; readonly dev: string; readonly peer: string; readonly cidrs: readonly string[] }
  /** Makes a peer. One that is there gets these networks and keepalive; its endpoint may have roamed and stays. */
  | {
      readonly op: 'wg add';
      readonly dev: string;
      readonly peer: string;
      readonly endpoint: string;
      readonly seconds: number;
      readonly cidrs: readonly string[];
    }
  | { readonly op: 'wg del'; readonly dev: string; readonly peer: string }
  | { readonly op: 'neigh replace'; readonly ip: string; readonly mac: string; readonly dev: string }
  | { readonly op: 'fdb replace'; readonly mac: string; readonly dst: string; readonly dev: string }
  /** `mtuBytes`: absent, the route may have any or none. */
  | {
      readonly op: 'route replace';
      readonly cidr: string;
      readonly via: string;
      readonly dev: string;
      readonly mtuBytes?: number;
    }
  /** A route straight to a device: a network behind the tunnel, or one peer with an MTU of its own. */
  | { readonly op: 'route set'; readonly cidr: string; readonly dev: string; readonly mtuBytes: number | null }
  | { readonly op: 'route del'; readonly cidr: string; readonly dev: string }
  /**
   * The kernel forgets every path MTU that it learned, if it learned that for the address more than a minute ago. Nothing is to be undone:
   * what is still so it learns again with the next packet that is too long.
   */
  | { readonly op: 'route flush cache'; readonly address: string }
  /**
   * The kernel forgets one flow of UDP that nobody ever answered and that it translates to an address, `at`, which no pod has. Nothing
   * is to be undone: the sender's next packet makes the flow anew by the rules of now. `from`, `to`: address:port as the sender wrote them.
   */
  | { readonly op: 'conntrack del'; readonly from: string; readonly to: string; readonly at: string };

/** Writes one operation as its line of the grammar. */
export function formatOperation(operation: Operation): string {
  switch (operation.op) {
    case 'sysctl':
      return `sysctl ${operation.key} ${operation.value}`;
    case 'vxlan create': {
      const { dev, vni, port, local, under, mac, mtuBytes } = operation;
      return `vxlan create ${dev} id ${vni} dstport ${port} local ${local} dev ${under} address ${mac} mtu ${mtuBytes}`;
    }
    case 'link up':
      return `link up ${operation.dev}`;
    case 'link mtu':
      return `link mtu ${operation.dev} ${operation.mtuBytes}`;
    case 'offload':
      return `offload ${operation.dev} ${operation.feature} ${operation.value}`;
    case 'addr del':
      return `addr del ${operation.address} dev ${operation.dev}`;
    case 'addr replace':
      return `addr replace ${operation.address} dev ${operation.dev}`;
    case 'wg listen-port':
      return `wg listen-port ${operation.dev} ${operation.port}`;
    case 'wg keepalive':
      return `wg keepalive ${operation.dev} peer ${operation.peer} ${operation.seconds}`;
    case 'wg endpoint':
      return `wg endpoint ${operation.dev} peer ${operation.peer} ${operation.endpoint}`;
    case 'wg allowed-ips':
      return `wg allowed-ips ${operation.dev} peer ${operation.peer} ${operation.cidrs.join(' ')}`;
    case 'wg add': {
      const { dev, peer, endpoint, seconds, cidrs } = operation;
      return `wg add ${dev} peer ${peer} endpoint ${endpoint} keepalive ${seconds} allowed-ips ${cidrs.join(' ')}`;
    }
    case 'wg del':
      return `wg del ${operation.dev} peer ${operation.peer}`;
    case 'neigh replace':
      return `neigh replace ${operation.ip} lladdr ${operation.mac} dev ${operation.dev}`;
    case 'fdb replace':
      return `fdb replace ${operation.mac} dst ${operation.dst} dev ${operation.dev}`;
    case 'route replace':
      return `route replace ${operation.cidr} via ${operation.via} dev ${operation.dev} onlink${mtuOf(operation)}`;
    case 'route set':
      return `route set ${operation.cidr} dev ${operation.dev}${mtuOf(operation)}`;
    case 'route del':
      return `route del ${operation.cidr} dev ${operation.dev}`;
    case 'route flush cache':
      return `route flush cache ${operation.address}`;
    case 'conntrack del':
      return `conntrack del udp ${operation.from} ${operation.to} at ${operation.at}`;
    default:
      return assertNever(operation);
  }
}

function mtuOf({ mtuBytes }: { readonly mtuBytes?: number | null }): string {
  return mtuBytes === undefined || mtuBytes === null ? '' : ` mtu ${mtuBytes}`;
}

/**
 * Kernel state before protocol state, links before what lies on them, routes last: the kernel never has to ask for an address.
 * After them flows, which begin anew by all of it.
 */
const tablesInOrder = ['sysctl', 'vxlan', 'link', 'offload', 'addr', 'wg', 'neigh', 'fdb', 'route', 'conntrack'];

/** The order in which a host's operations are applied. */
export function inOrder(operations: readonly Operation[]): readonly Operation[] {
  const rank = (operation: Operation) => tablesInOrder.indexOf(operation.op.split(' ', 1)[0] ?? '');
  return operations.toSorted((left, right) => rank(left) - rank(right));
}
