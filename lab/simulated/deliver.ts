import { assertNever } from '../../core/assert-never.ts';
import { parseIp } from '../../core/network/address.ts';
import { type Cidr, contains, parseCidr } from '../../core/network/cidr.ts';
import { addressOf, HUB_PUBLIC, TUNNEL_CIDR, VPC_CIDR, WIREGUARD_PORT } from '../namespaces/topology.ts';
import type {
  SimulatedHost,
  SimulatedLink,
  SimulatedNetwork,
  SimulatedPeer,
  SimulatedRoute,
} from './simulated-network.ts';

export interface Packet {
  readonly source: string;
  readonly destination: string;
  /** Length of the IP packet. */
  readonly bytes: number;
  readonly dontFragment: boolean;
}

export type Delivery =
  | { readonly type: 'delivered'; readonly host: SimulatedHost }
  | { readonly type: 'lost' }
  | { readonly type: 'no-route' }
  /** `local`: the sender's own kernel says so; otherwise a router's ICMP does. */
  | { readonly type: 'too-long'; readonly mtuBytes: number; readonly local: boolean };

const MAX_HOPS = 16;
/** IPv4's total length field; it also ends tunnels that lead into themselves. */
const MAX_BYTES = 65_535;
/** Outer IPv4 20 + UDP 8 + VXLAN 8 + inner Ethernet 14. */
const VXLAN_OVERHEAD_BYTES = 50;
/** An ICMP "time exceeded" quotes the packet that expired, up to 576 bytes in all (RFC 1812 §4.3.2.3). */
const EXPIRED_BYTES = 576;
const lost: Delivery = { type: 'lost' };

/** Where a packet that `from` sends ends up, by the tables of every host on its way. */
export function deliver(network: SimulatedNetwork, from: SimulatedHost, packet: Packet, hop = 0): Delivery {
  if (hop > MAX_HOPS || packet.bytes > MAX_BYTES) return lost;
  if (isLocal(from, packet.destination)) return { type: 'delivered', host: from };
  if (hop > 0 && from.sysctls['net.ipv4.ip_forward'] !== 1) return lost;
  const route = lookUpRoute(from, packet.destination);
  const link = from.links.find((candidate) => candidate.name === route?.dev && candidate.up);
  if (route === undefined || link === undefined) return hop === 0 ? { type: 'no-route' } : lost;
  const mtuBytes = Math.min(link.mtuBytes, route.mtuBytes ?? link.mtuBytes);
  if (packet.bytes > mtuBytes && packet.dontFragment) return { type: 'too-long', mtuBytes, local: hop === 0 };
  switch (link.kind) {
    case 'vxlan':
      return throughVxlan(network, from, link, route.via ?? packet.destination, packet, hop);
    case 'wireguard':
      return throughTunnel(network, from, packet, hop);
    case 'device':
      return throughWires(network, from, packet, hop);
    case 'bridge':
      return isPod(from, link, packet.destination) ? { type: 'delivered', host: from } : lost;
    default:
      return assertNever(link.kind);
  }
}

/** There and back again: what a ping or a TCP handshake needs. */
export function roundTrip(
  network: SimulatedNetwork,
  from: SimulatedHost,
  destination: string,
  bytes: number,
  dontFragment: boolean,
): Delivery {
  const source = sourceAddress(from, destination);
  if (source === undefined) return { type: 'no-route' };
  const there = deliver(network, from, { source, destination, bytes, dontFragment });
  if (there.type !== 'delivered') return there;
  const back = deliver(network, there.host, { source: destination, destination: source, bytes, dontFragment: false });
  return back.type === 'delivered' && back.host.name === from.name ? there : lost;
}

/**
 * Who tells the sender that a packet with one hop to live has expired: the host behind the first VXLAN hop, when it passes
 * packets on and its answer, which is small, finds its way back. Undefined: nobody.
 */
export function firstRouter(
  network: SimulatedNetwork,
  from: SimulatedHost,
  destination: string,
  bytes: number,
): string | undefined {
  const source = sourceAddress(from, destination);
  const route = lookUpRoute(from, destination);
  const gateway = route?.via;
  if (source === undefined || gateway === undefined || gateway === null) return undefined;
  const there = deliver(network, from, { source, destination: gateway, bytes, dontFragment: true });
  if (there.type !== 'delivered' || there.host.sysctls['net.ipv4.ip_forward'] !== 1) return undefined;
  const answer = { source: gateway, destination: source, bytes: EXPIRED_BYTES, dontFragment: false };
  const back = deliver(network, there.host, answer);
  return back.type === 'delivered' && back.host.name === from.name ? gateway : undefined;
}

export function isLocal(host: SimulatedHost, address: string): boolean {
  return host.addresses.some(
    ({ dev, cidr }) => addressOf(cidr) === address && host.links.some((link) => link.name === dev && link.up),
  );
}

/** The one pod of a host has the second address of its bridge's subnet. */
function isPod(host: SimulatedHost, bridge: SimulatedLink, address: string): boolean {
  return host.addresses.some(({ dev, cidr }) => dev === bridge.name && address === cidr.replace(/1\/24$/, '2'));
}

/** The address that a packet to `destination` bears. Undefined: there is no route to it. */
export function sourceAddress(host: SimulatedHost, destination: string): string | undefined {
  if (isLocal(host, destination)) return destination;
  const route = lookUpRoute(host, destination);
  if (route === undefined) return undefined;
  const own = host.addresses.find(({ dev }) => dev === route.dev) ?? host.addresses[0];
  return route.source ?? (own === undefined ? undefined : addressOf(own.cidr));
}

/** Longest prefix first, then the lowest metric. */
export function lookUpRoute(host: SimulatedHost, destination: string): SimulatedRoute | undefined {
  const address = parseIp(destination);
  if (address === undefined) return undefined;
  const prefix = (route: SimulatedRoute) => networkOf(route)?.prefix ?? -1;
  return host.routes
    .filter((route) => {
      const cidr = networkOf(route);
      return (
        cidr !== undefined && contains(cidr, address) && host.links.some(({ name, up }) => name === route.dev && up)
      );
    })
    .toSorted((a, b) => prefix(b) - prefix(a) || (a.metric ?? 0) - (b.metric ?? 0))[0];
}

function networkOf(route: SimulatedRoute): Cidr | undefined {
  return parseCidr(route.destination === 'default' ? '0.0.0.0/0' : route.destination);
}

/** Neighbour gives the MAC, the forwarding table the host behind it; there, only the owner of that MAC takes the frame. */
function throughVxlan(
  network: SimulatedNetwork,
  from: SimulatedHost,
  link: SimulatedLink,
  nextHop: string,
  packet: Packet,
  hop: number,
): Delivery {
  const neighbour = from.neighbours.find(({ ip, dev }) => ip === nextHop && dev === link.name);
  const entry = from.fdb.find(({ mac, dev }) => mac === neighbour?.mac && dev === link.name);
  if (link.vxlan === null || neighbour === undefined || entry === undefined) return lost;
  const outer = {
    source: link.vxlan.local,
    destination: entry.dst,
    bytes: packet.bytes + VXLAN_OVERHEAD_BYTES,
    dontFragment: false,
  };
  const arrival = deliver(network, from, outer);
  if (arrival.type !== 'delivered') return lost;
  const { vxlan } = link;
  const receiver = arrival.host.links.find(
    (candidate) => candidate.up && candidate.vxlan?.vni === vxlan.vni && candidate.vxlan.port === vxlan.port,
  );
  if (receiver === undefined || receiver.vxlan?.local !== entry.dst || receiver.mac !== neighbour.mac) return lost;
  return deliver(network, arrival.host, packet, hop + 1);
}

/** WireGuard's cryptokey routing: the peer whose AllowedIPs hold the destination, and there the source. */
function throughTunnel(network: SimulatedNetwork, from: SimulatedHost, packet: Packet, hop: number): Delivery {
  const peer = peerFor(from, packet.destination);
  const to = network.find((host) => host.wireguard !== null && host.wireguard.publicKey === peer?.publicKey);
  if (peer === undefined || to === undefined || !isTunnelAlive(network, from, peer)) return lost;
  if (peerFor(to, packet.source)?.publicKey !== from.wireguard?.publicKey) return lost;
  return deliver(network, to, packet, hop + 1);
}

function peerFor(host: SimulatedHost, text: string): SimulatedPeer | undefined {
  const address = parseIp(text);
  if (address === undefined) return undefined;
  const best = (peer: SimulatedPeer) =>
    Math.max(
      -1,
      ...peer.allowedIps.flatMap((allowed) => {
        const cidr = parseCidr(allowed);
        return cidr !== undefined && contains(cidr, address) ? [cidr.prefix] : [];
      }),
    );
  return host.wireguard?.peers.filter((peer) => best(peer) >= 0).toSorted((a, b) => best(b) - best(a))[0];
}

/** Both ends up, each knows the other's key, and the spoke's endpoint is where the hub listens. */
export function isTunnelAlive(network: SimulatedNetwork, from: SimulatedHost, peer: SimulatedPeer): boolean {
  const to = network.find((host) => host.wireguard?.publicKey === peer.publicKey);
  const back = to?.wireguard?.peers.find(({ publicKey }) => publicKey === from.wireguard?.publicKey);
  if (to === undefined || back === undefined) return false;
  const canSend = (host: SimulatedHost) =>
    ['eth0', host.wireguard?.interface].every((name) => host.links.some((link) => link.name === name && link.up));
  const hub = `${HUB_PUBLIC}:${WIREGUARD_PORT}`;
  const calls =
    (peer.endpoint === hub && to.wireguard?.listenPort === WIREGUARD_PORT) ||
    (back.endpoint === hub && from.wireguard?.listenPort === WIREGUARD_PORT);
  return canSend(from) && canSend(to) && calls;
}

const vpc = parseCidr(VPC_CIDR);
const tunnel = parseCidr(TUNNEL_CIDR);

/** The VPC's router knows its nodes and sends the tunnel's addresses to the hub; NATs let nothing in but to the hub. */
function throughWires(network: SimulatedNetwork, from: SimulatedHost, packet: Packet, hop: number): Delivery {
  const ethernet = (host: SimulatedHost) => addressOf(host.addresses.find(({ dev }) => dev === 'eth0')?.cidr ?? '');
  const inVpc = (text: string) => within(vpc, text);
  if (!inVpc(ethernet(from))) return lost;
  const next = network.find((host) =>
    within(tunnel, packet.destination)
      ? host.wireguard?.listenPort === WIREGUARD_PORT && host.name !== from.name
      : inVpc(ethernet(host)) && ethernet(host) === packet.destination,
  );
  const receives = next?.links.some((link) => link.name === 'eth0' && link.up) ?? false;
  return next === undefined || !receives ? lost : deliver(network, next, packet, hop + 1);
}

function within(cidr: Cidr | undefined, text: string): boolean {
  const address = parseIp(text);
  return cidr !== undefined && address !== undefined && contains(cidr, address);
}
