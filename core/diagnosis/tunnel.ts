import { type Evidence, type HostReading, measuredBy, readingOf, sees } from '../evidence/evidence.ts';
import type { NodeEvidence, WireGuardPeer } from '../evidence/node-evidence.ts';
import { peerCarrying, sameKey } from '../evidence/wireguard-peer.ts';
import { parseIp } from '../network/address.ts';
import { contains, parseCidr } from '../network/cidr.ts';
import type { Member } from '../overlay/member.ts';

/** One reading of an interface's peers; `collectedAt` is the host's own clock, epoch seconds. */
export interface WireGuardReading {
  readonly collectedAt: number;
  readonly wireguard: NonNullable<NodeEvidence['wireguard']>;
}

/** The node's WireGuard tunnel as both ends see it. Lists are in the order of time: passive first, then after probes. */
export interface Tunnel {
  readonly hub: string;
  /** The output of `wg` on the node and on the hub; empty where it could not be read. */
  readonly atNode: readonly WireGuardReading[];
  readonly atHub: readonly WireGuardReading[];
  /** The hub's entry with the node's key, reading by reading; empty when there is none. */
  readonly nodeAtHub: readonly WireGuardPeer[];
  /** The node's entry with the hub's key. */
  readonly hubAtNode: readonly WireGuardPeer[];
  /** Younger of both ends' latest handshakes; null when neither is known. */
  readonly handshakeAgeSeconds: number | null;
  /** The node's packets arrive at the hub: the hub's counter grew after the first probes. Null: not known. */
  readonly arrivesAtHub: boolean | null;
  /** The hub's packets arrive at the node. */
  readonly arrivesAtNode: boolean | null;
}

/** Undefined when nothing shows that the node has a tunnel to a hub. */
export function tunnelTo(evidence: Evidence, self: Member | undefined): Tunnel | undefined {
  const hub = readingOf(evidence, 'hub');
  const node = readingOf(evidence, 'node');
  if (hub === undefined || !isTunnelled(evidence, self)) return undefined;
  const atNode = wireGuardReadings(node);
  const atHub = wireGuardReadings(hub);
  const nodeKey = keyOf(atNode);
  const hubKey = keyOf(atHub);
  const nodeAtHub = entries(atHub, nodeKey);
  const hubAtNode = entries(atNode, hubKey);
  return {
    hub: hub.host,
    atNode,
    atHub,
    nodeAtHub,
    hubAtNode,
    handshakeAgeSeconds: youngest([...ages(atHub, nodeKey), ...ages(atNode, hubKey)]),
    arrivesAtHub: grew(nodeAtHub.slice(1)),
    arrivesAtNode: grew(hubAtNode),
  };
}

function wireGuardReadings(reading: HostReading | undefined): readonly WireGuardReading[] {
  const passive = measuredBy(reading);
  return [...(passive === undefined ? [] : [passive]), ...(reading?.runs ?? [])].flatMap(
    ({ collectedAt, wireguard }) => (wireguard === null ? [] : [{ collectedAt, wireguard }]),
  );
}

function keyOf(readings: readonly WireGuardReading[]): string | undefined {
  return readings.at(-1)?.wireguard.publicKey ?? undefined;
}

function entries(readings: readonly WireGuardReading[], key: string | undefined): readonly WireGuardPeer[] {
  if (key === undefined) return [];
  return readings.flatMap(({ wireguard }) => wireguard.peers.find((peer) => sameKey(peer.publicKey, key)) ?? []);
}

function ages(readings: readonly WireGuardReading[], key: string | undefined): readonly number[] {
  const last = readings.at(-1);
  const peer = key === undefined ? undefined : last?.wireguard.peers.find(({ publicKey }) => sameKey(publicKey, key));
  if (last === undefined || peer === undefined) return [];
  return [peer.latestHandshakeAt === 0 ? Number.POSITIVE_INFINITY : last.collectedAt - peer.latestHandshakeAt];
}

function youngest(all: readonly number[]): number | null {
  return all.length === 0 ? null : Math.min(...all);
}

function grew(peers: readonly WireGuardPeer[]): boolean | null {
  const [first, ...rest] = peers;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return null;
  return last.receivedBytes > first.receivedBytes;
}

/** The node has the WireGuard device, or its flannel address lies behind a peer of the hub. */
function isTunnelled(evidence: Evidence, self: Member | undefined): boolean {
  const node = measuredBy(readingOf(evidence, 'node'));
  const hub = measuredBy(readingOf(evidence, 'hub'));
  if (node?.links.some((link) => link.name === evidence.wireguardDevice)) return true;
  return self !== undefined && (isBehindPeer(hub, self.publicIp) || isInTunnelNetwork(hub, evidence, self.publicIp));
}

function isBehindPeer(hub: NodeEvidence | undefined, publicIp: string): boolean {
  return (hub?.wireguard?.peers ?? []).some((peer) => peerCarrying(peer, publicIp));
}

/** The hub's own tunnel address tells which network the tunnel is, also when the node's peer entry is gone. */
function isInTunnelNetwork(hub: NodeEvidence | undefined, { wireguardDevice }: Evidence, publicIp: string): boolean {
  const address = parseIp(publicIp);
  if (hub === undefined || address === undefined || !sees(hub, 'addresses')) return false;
  return hub.addresses.some(([device, text]) => {
    const cidr = device === wireguardDevice ? parseCidr(text) : undefined;
    return cidr !== undefined && contains(cidr, address);
  });
}
