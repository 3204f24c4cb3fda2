import * as z from 'zod';
import { parseIp } from '../network/address.ts';
import { parseCidr } from '../network/cidr.ts';

const Address = z.string().refine((text) => parseIp(text) !== undefined, 'not an IP address');
const Network = z.string().refine((text) => text.includes('/') && parseCidr(text) !== undefined, 'not a CIDR');
const Name = z.string().min(1).max(253);

/** One node as the platform team knows it. What a node does not have is left out: a node beside its hub has no tunnel. */
export const InventoryEntry = z.strictObject({
  tunnelAddress: Address.optional().describe('of its WireGuard device to the hub'),
  announcedAddress: Address.optional().describe('where its peers send to, when that is not the tunnel address'),
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}=$/, 'not a WireGuard key')
    .optional(),
  hub: Name.optional().describe('the node that its tunnel ends at; a hub has none'),
  site: z.string().max(63).optional(),
  pool: z.string().max(63).optional(),
  instance: z
    .string()
    .regex(/^(i|mi)-[0-9a-f]{8,32}$/, 'not an instance id')
    .optional(),
  allowedNetworks: z
    .array(Network)
    .max(100)
    .default([])
    .describe('what the hub may send to it: the AllowedIPs of the hub’s entry for its key'),
});

/**
 * The platform team's own record of the fleet: which tunnel address, key and instance belong to which node. It is kept
 * where no node can write it. Unknown fields are refused, so that a misspelt one is noticed.
 */
export const Inventory = z.strictObject({
  version: z.literal(1),
  tunnelNetworks: z.array(Network).max(100).describe('every tunnel address lies in one of them'),
  nodes: z.record(Name, InventoryEntry),
});

export type InventoryEntry = z.infer<typeof InventoryEntry>;
export type Inventory = z.infer<typeof Inventory>;

/** What became of reading the record. `absent`: nobody keeps one. `unusable`: there is one, which cannot be relied on. */
export type InventoryReading =
  | { readonly type: 'read'; readonly inventory: Inventory }
  | { readonly type: 'absent' }
  | { readonly type: 'unusable'; readonly reason: string };

/** The record with the entries of these nodes only. */
export function entriesOf({ nodes, ...rest }: Inventory, names: readonly string[]): Inventory {
  return { ...rest, nodes: Object.fromEntries(Object.entries(nodes).filter(([name]) => names.includes(name))) };
}

/** The entry of a node; undefined when it has none. */
export function entryOf({ nodes }: Inventory, name: string): InventoryEntry | undefined {
  return Object.hasOwn(nodes, name) ? nodes[name] : undefined;
}
