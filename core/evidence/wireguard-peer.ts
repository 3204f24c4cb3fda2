import { type IpAddress, parseIp } from '../network/address.ts';
import { type Cidr, contains, parseCidr } from '../network/cidr.ts';
import { rememberObject } from '../remember.ts';
import type { WireGuardPeer } from './node-evidence.ts';

/** 32 bytes as base64. */
const KEY_CHARACTERS = 44;

/** A host with many peers prints the beginnings of their keys. */
export function sameKey(left: string, right: string): boolean {
  const length = Math.min(left.length, right.length);
  return length >= 8 && left.slice(0, length) === right.slice(0, length);
}

/** The first entry with the key. Whole keys are looked up; only where there is none, their beginnings are compared. */
export function peerWithKey(peers: readonly WireGuardPeer[], key: string): WireGuardPeer | undefined {
  return byWholeKey(peers).get(key) ?? peers.find(({ publicKey }) => sameKey(publicKey, key));
}

const byWholeKey = rememberObject(
  (peers: readonly WireGuardPeer[]) => new Map(peers.toReversed().map((peer) => [peer.publicKey, peer])),
);

/** True when the peer's AllowedIPs hold the address, by more than a default route. */
export function peerCarrying(peer: WireGuardPeer, address: string): boolean {
  const wanted = parseIp(address);
  return wanted !== undefined && holds(peer, wanted, 128);
}

/** True when they hold the whole network. */
export function peerCarryingAll(peer: WireGuardPeer, network: string): boolean {
  const wanted = parseCidr(network);
  return wanted !== undefined && holds(peer, wanted.network, wanted.prefix);
}

function holds({ allowedIps }: WireGuardPeer, address: IpAddress, narrowest: number): boolean {
  const fits = (cidr: Cidr) => cidr.prefix > 0 && cidr.prefix <= narrowest && contains(cidr, address);
  return allowedIps.some((text) => {
    const cidr = parseCidr(text);
    return cidr !== undefined && fits(cidr);
  });
}

/** False for a key of which only the beginning was printed: nothing can be set with it. */
export function hasWholeKey({ publicKey }: WireGuardPeer): boolean {
  return publicKey.length === KEY_CHARACTERS;
}

/** The address of its endpoint, without the port and the brackets of IPv6; undefined: it has none. */
export function endpointAddress({ endpoint }: WireGuardPeer): string | undefined {
  return endpoint?.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
