import type { NodeEvidence, WireGuardPeer } from '../evidence/node-evidence.ts';
import { sameKey } from '../evidence/wireguard-peer.ts';
import type { Difference } from '../inventory/difference.ts';
import { entryOf, type Inventory, type InventoryEntry } from '../inventory/inventory.ts';
import { sameCidr } from '../network/cidr.ts';

/**
 * Where the peers in a hub's WireGuard device and the record disagree. What the hub could not print is not judged: without
 * the device nothing is, and with peers left out none is missing.
 */
export function checkHubPeers(
  inventory: Inventory,
  hub: string,
  { wireguard, unseen }: Pick<NodeEvidence, 'wireguard' | 'unseen'>,
): readonly Difference[] {
  if (wireguard === null) return [];
  const spokes = Object.entries(inventory.nodes).filter(([, entry]) => entry.hub === hub);
  const isWhole = !unseen.some(({ what }) => what.startsWith('wireguard'));
  return [
    ...ownKey(hub, wireguard.publicKey, entryOf(inventory, hub)),
    ...spokes.flatMap(([name, entry]) => checkSpoke(name, entry, hub, wireguard.peers, isWhole)),
    ...wireguard.peers
      .filter(({ publicKey }) => !spokes.some(([, entry]) => isKey(entry.publicKey, publicKey)))
      .map(({ publicKey, allowedIps }) => ({
        node: hub,
        field: 'publicKey',
        problem: `it has a peer ${publicKey} (${allowedIps.join(', ') || 'no AllowedIPs'}), whose key no entry has`,
      })),
  ];
}

function ownKey(hub: string, said: string | null, entry: InventoryEntry | undefined): readonly Difference[] {
  const wanted = entry?.publicKey;
  if (wanted === undefined || said === null || sameKey(wanted, said)) return [];
  return [{ node: hub, field: 'publicKey', problem: `the inventory has ${wanted}, its device ${said}` }];
}

function checkSpoke(
  node: string,
  { publicKey, allowedNetworks }: InventoryEntry,
  hub: string,
  peers: readonly WireGuardPeer[],
  isWhole: boolean,
): readonly Difference[] {
  if (publicKey === undefined) return [];
  const peer = peers.find((candidate) => isKey(publicKey, candidate.publicKey));
  if (peer === undefined)
    return isWhole ? [{ node, field: 'publicKey', problem: `${hub} has no peer with its key ${publicKey}` }] : [];
  const missing = without(allowedNetworks, peer.allowedIps);
  const more = without(peer.allowedIps, allowedNetworks);
  return [
    ...missing.map((network) => ({
      node,
      field: 'allowedNetworks',
      problem: `the AllowedIPs that ${hub} has for it lack ${network}`,
    })),
    ...more.map((network) => ({
      node,
      field: 'allowedNetworks',
      problem: `the AllowedIPs that ${hub} has for it hold ${network} too`,
    })),
  ];
}

function without(networks: readonly string[], others: readonly string[]): readonly string[] {
  return networks.filter((network) => !others.some((other) => sameCidr(network, other)));
}

/** A hub with many peers prints the beginnings of their keys. */
function isKey(wanted: string | undefined, printed: string): boolean {
  return wanted !== undefined && sameKey(wanted, printed);
}
