import type { NodeEvidence } from '../../evidence/node-evidence.ts';
import { hasWholeKey, sameKey } from '../../evidence/wireguard-peer.ts';
import type { Operation } from '../../grammar/operation.ts';
import { parseIp } from '../../network/address.ts';
import { parseCidr } from '../../network/cidr.ts';
import type { NativePeer } from './peer.ts';

type WireGuard = NonNullable<NodeEvidence['flannelWireGuard']>;

/**
 * The peer as flanneld adds it: at its public IP and the port that the host's own device listens on, with the keepalive
 * that all peers of the device have (flannel `addPeer`). Empty without that port, and where the device carries pods of the
 * other address family too: which are the peer's own, the lease does not say here.
 */
export function madePeer(peer: NativePeer, wireguard: WireGuard): readonly Operation[] {
  const carriesBoth = wireguard.peers.some(({ allowedIps }) => allowedIps.some(isOfOtherFamily(peer)));
  return carriesBoth ? [] : added(peer, wireguard, []);
}

/**
 * The same in the place of an entry with another key, which goes: flanneld too removes whom it knows at the address under a
 * former key (`cleanupEndpointPeers`). An entry of another node that only holds networks of this one stays, and so does one
 * of whose key only the beginning is known: the new peer takes the networks from them.
 */
export function replacedPeer(
  peer: NativePeer,
  formerKey: string,
  wireguard: WireGuard,
  expectedKeys: readonly string[],
): readonly Operation[] {
  const former = wireguard.peers.find(({ publicKey }) => publicKey === formerKey);
  if (former === undefined) return madePeer(peer, wireguard);
  if (expectedKeys.some((key) => sameKey(key, formerKey))) return madePeer(peer, wireguard);
  const operations = added(peer, wireguard, former.allowedIps);
  return operations.length === 0 || !hasWholeKey(former)
    ? operations
    : [{ op: 'wg del', dev: wireguard.interface, peer: formerKey }, ...operations];
}

/** The peer's pods, and what its entry holds of the other family: one device may carry both (flannel's mode `auto`). */
export function ownNetworks(peer: NativePeer, held: readonly string[]): readonly string[] {
  return [peer.podCidr, ...held.filter(isOfOtherFamily(peer))];
}

function added(
  peer: NativePeer,
  { interface: dev, listenPort, peers }: WireGuard,
  held: readonly string[],
): Operation[] {
  if (listenPort === null || listenPort === 0) return [];
  const { publicIp, publicKey } = peer;
  const host = parseIp(publicIp)?.version === 6 ? `[${publicIp}]` : publicIp;
  const seconds = peers[0]?.keepaliveSeconds ?? 0;
  const cidrs = ownNetworks(peer, held);
  return [{ op: 'wg add', dev, peer: publicKey, endpoint: `${host}:${listenPort}`, seconds, cidrs }];
}

function isOfOtherFamily({ family }: NativePeer): (cidr: string) => boolean {
  return (cidr) => parseCidr(cidr)?.network.version === (family === 'ipv4' ? 6 : 4);
}
