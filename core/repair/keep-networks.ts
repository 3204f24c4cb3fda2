import type { Facts } from '../diagnosis/facts.ts';
import { measuredBy, type ProbeRun, readingOn } from '../evidence/evidence.ts';
import type { WireGuardPeer } from '../evidence/node-evidence.ts';
import { sameKey } from '../evidence/wireguard-peer.ts';
import type { Operation } from '../grammar/operation.ts';
import { parseCidr, sameCidr } from '../network/cidr.ts';
import type { HostPlan } from './plan.ts';

type PeerOperation = Extract<Operation, { readonly op: 'wg allowed-ips' | 'wg add' }>;
type Peers = readonly WireGuardPeer[];
type DeviceTable = 'wireguard' | 'flannelWireGuard';

/**
 * `wg` replaces the AllowedIPs of a peer as a whole, and one reading of the host may be cut short. So a planned list also has what the
 * peer held in any other reading, but for a network that another peer holds by now. A peer that the last reading does not show is left
 * alone: nobody knows what it holds.
 */
export function keepNetworks(facts: Facts, hosts: readonly HostPlan[]): readonly HostPlan[] {
  return hosts
    .map(({ host, operations }) => ({ host, operations: operations.flatMap((each) => kept(facts, host, each)) }))
    .filter(({ operations }) => operations.length > 0);
}

function kept(facts: Facts, host: string, operation: Operation): readonly Operation[] {
  if (operation.op !== 'wg allowed-ips' && operation.op !== 'wg add') return [operation];
  const tables = tablesOf(facts, host, operation.dev);
  const last = tables.at(-1) ?? [];
  const isOwn = ({ publicKey }: WireGuardPeer) => sameKey(publicKey, operation.peer);
  if (operation.op === 'wg allowed-ips' && !last.some(isOwn)) return [];
  const held = tables.flatMap((peers) => peers.filter(isOwn)).flatMap(({ allowedIps }) => allowedIps);
  const others = last.filter((peer) => !isOwn(peer)).flatMap(({ allowedIps }) => allowedIps);
  const more = held.filter((cidr) => isOurs(facts, operation, cidr) && !others.some((other) => sameCidr(other, cidr)));
  return [{ ...operation, cidrs: [...new Set([...operation.cidrs, ...more])] }];
}

/** The peers of the device, reading by reading in the order of time; none in a reading where the tunnel could not be read. */
function tablesOf({ evidence }: Facts, host: string, dev: string): readonly Peers[] {
  const reading = readingOn(evidence.readings, host);
  const passive = measuredBy(reading);
  return [...(passive === undefined ? [] : [passive]), ...(reading?.runs ?? [])].flatMap((each) => {
    const table = peersOf(each, dev);
    return table === undefined && dev !== evidence.wireguardDevice ? [] : [table ?? []];
  });
}

function peersOf({ wireguard, flannelWireGuard }: Pick<ProbeRun, DeviceTable>, dev: string): Peers | undefined {
  return [wireguard, flannelWireGuard].find((device) => device?.interface === dev)?.peers;
}

/** On its own device flannel alone says which networks of the family a peer has: its pods. */
function isOurs({ evidence, family }: Facts, { dev }: PeerOperation, cidr: string): boolean {
  const version = family === 'ipv4' ? 4 : 6;
  return dev !== evidence.flannelDevice || parseCidr(cidr)?.network.version !== version;
}
