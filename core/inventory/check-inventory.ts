import { canonicalAddress } from '../alert/canonical-address.ts';
import { holdsAddress } from '../network/cidr.ts';
import type { Difference } from './difference.ts';
import { entryOf, type Inventory, type InventoryEntry } from './inventory.ts';

type Rule = (name: string, entry: InventoryEntry, inventory: Inventory) => readonly Difference[];

/** Contradictions within the record. With any of them it is not used at all. */
export function checkInventory(inventory: Inventory): readonly Difference[] {
  const entries = Object.entries(inventory.nodes);
  return [
    ...repeated(entries, 'tunnelAddress', (address) => canonicalAddress(address) ?? address),
    ...repeated(entries, 'publicKey', (key) => key),
    ...repeated(entries, 'instance', (instance) => instance),
    ...entries.flatMap(([name, entry]) => [outsideTunnel, withoutHub].flatMap((rule) => rule(name, entry, inventory))),
  ];
}

/** Each value may belong to one node only; every later node that has it is named. */
function repeated(
  entries: readonly (readonly [string, InventoryEntry])[],
  field: 'tunnelAddress' | 'publicKey' | 'instance',
  spell: (value: string) => string,
): readonly Difference[] {
  const owners = new Map<string, string>();
  return entries.flatMap(([node, entry]) => {
    const value = entry[field];
    if (value === undefined) return [];
    const owner = owners.get(spell(value));
    if (owner !== undefined) return [{ node, field, problem: `${value} belongs to ${owner} too` }];
    owners.set(spell(value), node);
    return [];
  });
}

const outsideTunnel: Rule = (node, { tunnelAddress }, { tunnelNetworks }) => {
  if (tunnelAddress === undefined) return [];
  if (tunnelNetworks.some((network) => holdsAddress(network, tunnelAddress))) return [];
  const problem = `${tunnelAddress} lies in none of the tunnel's networks (${tunnelNetworks.join(', ') || 'none given'})`;
  return [{ node, field: 'tunnelAddress', problem }];
};

const withoutHub: Rule = (node, { hub }, inventory) => {
  if (hub === undefined) return [];
  if (hub === node) return [{ node, field: 'hub', problem: 'it is its own hub' }];
  return entryOf(inventory, hub) === undefined
    ? [{ node, field: 'hub', problem: `the inventory has no node ${hub}` }]
    : [];
};
