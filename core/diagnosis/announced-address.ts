import { sees } from '../evidence/evidence.ts';
import type { NodeEvidence } from '../evidence/node-evidence.ts';
import { peerCarrying } from '../evidence/wireguard-peer.ts';
import { bareAddress, sameIp } from '../network/address.ts';
import type { Facts } from './facts.ts';
import { type TunnelWays, tunnelWays } from './tunnel-ways.ts';

/** A node that announces an address where no tunnel leads to, although it has one that the tunnel carries. */
export interface WrongAnnouncement {
  readonly host: string;
  readonly announced: string;
  readonly carried: string;
}

/**
 * Widening AllowedIPs to such an address would take packets to a network that only its own site knows. Loss decides here too: what
 * is announced and answers is somebody's own translation of addresses.
 */
export function wrongAnnouncement(facts: Facts): WrongAnnouncement | undefined {
  const ways = tunnelWays(facts);
  return ofNode(facts, ways) ?? ofOthers(facts, ways);
}

/** The node itself: the hub carries another address of its tunnel device than the announced one. */
function ofNode(facts: Facts, { uncarriedAtHub }: TunnelWays): WrongAnnouncement | undefined {
  const { self, node, tunnel, evidence, name } = facts;
  const entry = tunnel?.nodeAtHub.at(-1);
  if (self === undefined || node === undefined || entry === undefined) return undefined;
  if (!uncarriedAtHub.includes(self.publicIp)) return undefined;
  const ofTunnel = addressesOf(node, (device) => device === evidence.wireguardDevice);
  const carried = ofTunnel.find((address) => peerCarrying(entry, address));
  if (carried === undefined || ofTunnel.some((address) => sameIp(address, self.publicIp))) return undefined;
  return { host: name, announced: self.publicIp, carried };
}

/** Another host that was read and does not have what it announces. */
function ofOthers(facts: Facts, { uncarried }: TunnelWays): WrongAnnouncement | undefined {
  const { tunnel, network, hub, peer } = facts;
  const peers = tunnel?.atNode.at(-1)?.wireguard.peers ?? [];
  for (const { node, networks } of uncarried) {
    const announced = network.members.find((member) => member.node === node)?.publicIp;
    const measured = [hub, peer].find((other) => other?.name === node)?.measured;
    if (announced === undefined || measured === undefined || !networks.includes(announced)) continue;
    const own = addressesOf(measured, () => true);
    const carried = own.find((address) => peers.some((each) => peerCarrying(each, address)));
    if (carried !== undefined && !own.some((address) => sameIp(address, announced)))
      return { host: node, announced, carried };
  }
  return undefined;
}

function addressesOf(measured: NodeEvidence, isOf: (device: string) => boolean): readonly string[] {
  if (!sees(measured, 'addresses')) return [];
  return measured.addresses.filter(([device]) => isOf(device)).map(([, text]) => bareAddress(text));
}
