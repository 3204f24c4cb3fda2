import type { Inventory } from '../../../core/inventory/inventory.ts';

/** A WireGuard key that begins with this letter. */
export function keyOf(letter: string): string {
  return `${letter.repeat(43)}=`;
}

/** The fleet of test/fakes/healthy-evidence.ts as its platform team would keep it. */
export const sampleInventory: Inventory = {
  version: 1,
  tunnelNetworks: ['10.200.0.0/24'],
  nodes: {
    'hub-1': {
      tunnelAddress: '10.200.0.1',
      announcedAddress: '10.0.1.10',
      publicKey: keyOf('H'),
      site: 'aws',
      pool: 'hub',
      instance: 'i-0a0000000000000a1',
      allowedNetworks: [],
    },
    'cloud-1': { announcedAddress: '10.0.2.20', site: 'aws', pool: 'cloud', allowedNetworks: [] },
    'gpu-1': {
      tunnelAddress: '10.200.0.11',
      publicKey: keyOf('A'),
      hub: 'hub-1',
      site: 'dc-a',
      pool: 'gpu',
      instance: 'mi-0a00000000000b001',
      allowedNetworks: ['10.200.0.11/32'],
    },
    'gpu-2': {
      tunnelAddress: '10.200.0.12',
      publicKey: keyOf('B'),
      hub: 'hub-1',
      site: 'dc-b',
      pool: 'gpu',
      instance: 'mi-0a00000000000b002',
      allowedNetworks: ['10.200.0.12/32'],
    },
  },
};

type Entry = Inventory['nodes'][string];

/** The sample with one entry changed; null takes it out. */
export function inventoryWith(name: string, parts: Partial<Entry> | null): Inventory {
  const { [name]: entry, ...others } = sampleInventory.nodes;
  if (parts === null) return { ...sampleInventory, nodes: others };
  return {
    ...sampleInventory,
    nodes: { ...sampleInventory.nodes, [name]: { allowedNetworks: [], ...entry, ...parts } },
  };
}
