import type { Facts } from '../diagnosis/facts.ts';
import { type Evidence, measuredOn } from '../evidence/evidence.ts';
import { sameKey } from '../evidence/wireguard-peer.ts';
import type { Operation } from '../grammar/operation.ts';
import { entryOf, type Inventory, type InventoryEntry } from '../inventory/inventory.ts';
import { sameIp } from '../network/address.ts';
import { holdsNetwork, sameCidr } from '../network/cidr.ts';

type RouteSet = Extract<Operation, { readonly op: 'route set' }>;

/**
 * Whether the platform team's own record says what an operation would write. Then it rests on more than a node's word, and
 * nobody has to be asked. Without a record, or without an entry for the host, nothing agrees.
 */
export function inventoryAgrees({ evidence, name, self }: Facts, host: string, operation: Operation): boolean {
  const { inventory } = evidence;
  const entry = inventory && entryOf(inventory, name);
  if (inventory === undefined || entry === undefined || entryOf(inventory, host) === undefined) return false;
  // What the node announces is what every entry about it is made of.
  const announced = entry.announcedAddress ?? entry.tunnelAddress;
  if (self !== undefined && (announced === undefined || !sameIp(announced, self.publicIp))) return false;
  switch (operation.op) {
    case 'wg allowed-ips':
    case 'wg add': {
      const owner = ownerOf(operation.peer, inventory);
      return owner !== undefined && operation.cidrs.every((cidr) => isRecorded(cidr, inventory, owner));
    }
    case 'route set':
      return isRecorded(operation.cidr, inventory, entry) || isOwnPodNetwork(operation, evidence, host);
    case 'wg endpoint':
      // Where a hub is reached from outside is not in the record.
      return false;
    default:
      return true;
  }
}

/** The pods' network of flannel's own device, as the host's own subnet.env names it: no other node's word is in it. */
function isOwnPodNetwork({ cidr, dev }: RouteSet, { readings, wireguardDevice }: Evidence, host: string): boolean {
  const own = measuredOn(readings, host)?.subnetEnv?.network;
  return dev !== wireguardDevice && own !== undefined && sameCidr(own, cidr);
}

function entries({ nodes }: Inventory): readonly InventoryEntry[] {
  return Object.values(nodes);
}

function ownerOf(publicKey: string, inventory: Inventory): InventoryEntry | undefined {
  return entries(inventory).find((entry) => entry.publicKey !== undefined && sameKey(entry.publicKey, publicKey));
}

/** The owner's own address or networks; of a hub, which has none of its own, every network of the tunnel and every node's address. */
function isRecorded(cidr: string, inventory: Inventory, owner: InventoryEntry): boolean {
  const behindHub = isHub(owner, inventory)
    ? [...inventory.tunnelNetworks, ...entries(inventory).flatMap(addresses)]
    : [];
  return [...addresses(owner), ...behindHub].some((text) => text !== undefined && holdsNetwork(text, cidr));
}

/** Another node's entry names it: an entry that names no hub may as well be a cloud node's, or one of a full mesh. */
function isHub(owner: InventoryEntry, inventory: Inventory): boolean {
  const name = Object.entries(inventory.nodes).find(([, entry]) => entry === owner)?.[0];
  return entries(inventory).some(({ hub }) => hub !== undefined && hub === name);
}

function addresses({
  tunnelAddress,
  announcedAddress,
  allowedNetworks,
}: InventoryEntry): readonly (string | undefined)[] {
  return [tunnelAddress, announcedAddress, ...allowedNetworks];
}
