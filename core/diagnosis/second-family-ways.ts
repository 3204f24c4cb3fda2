import { deviceWith } from '../evidence/device-with.ts';
import type { NodeEvidence, WireGuardPeer } from '../evidence/node-evidence.ts';
import { lookUpRoute } from '../evidence/routes.ts';
import { peerCarrying } from '../evidence/wireguard-peer.ts';
import { bareAddress } from '../network/address.ts';
import { holdsAddress } from '../network/cidr.ts';
import type { Found } from './diagnosis.ts';
import type { Facts } from './facts.ts';
import { tunnelFinding } from './rules/missing-route.ts';
import { type TunnelWays, tunnelWays } from './tunnel-ways.ts';

/**
 * AllowedIPs or routes of the tunnel that lack IPv6 addresses. Other than for IPv4 a lost way alone is no fault: flannel may announce
 * addresses that no tunnel was ever to carry. So the host's own configuration must say that the tunnel carries the address:
 * AllowedIPs where the route is missing; a route, or the network of the tunnel device, where AllowedIPs are.
 */
export function secondFamilyWays(facts: Facts): Found | undefined {
  const { tunnel, self, node, hub } = facts;
  // A node whose tunnel device has no IPv6 address was never given one, or had it taken away on purpose.
  if (tunnel === undefined || self === undefined || !isInTunnel(facts, node, self.publicIp)) return undefined;
  const { astray, uncarried, uncarriedAtHub } = tunnelWays(facts);
  const meant: TunnelWays = {
    astray: astray.filter(({ host, address }) => entriesOf(facts, host).some((entry) => peerCarrying(entry, address))),
    uncarried: uncarried.flatMap((each) => {
      const networks = each.networks.filter((network) => isMeant(facts, node, network));
      return networks.length === 0 ? [] : [{ ...each, networks }];
    }),
    uncarriedAtHub: uncarriedAtHub.filter((network) => isMeant(facts, hub?.measured, network)),
  };
  const found = tunnelFinding(facts, meant);
  return found && { ...found, forRepair: { tunnelWays: meant } };
}

function isInTunnel({ evidence }: Facts, measured: NodeEvidence | undefined, address: string): boolean {
  return measured !== undefined && deviceWith(measured, address) === evidence.wireguardDevice;
}

/** At the node all entries, at the hub the node's own: what one of them holds the tunnel is meant to carry. */
function entriesOf({ tunnel, name }: Facts, host: string): readonly WireGuardPeer[] {
  if (tunnel === undefined) return [];
  return host === name ? (tunnel.atNode.at(-1)?.wireguard.peers ?? []) : tunnel.nodeAtHub.slice(-1);
}

function isMeant({ evidence }: Facts, measured: NodeEvidence | undefined, network: string): boolean {
  if (measured === undefined) return false;
  const device = evidence.wireguardDevice;
  const address = bareAddress(network);
  const way = lookUpRoute(measured.routes, address);
  const isOnLink = measured.addresses.some(([dev, own]) => dev === device && holdsAddress(own, address));
  return isOnLink || (way?.device === device && way.prefix > 0);
}
