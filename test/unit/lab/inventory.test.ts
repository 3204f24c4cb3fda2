import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseInventory, printInventory } from '../../../adapters/inventory/inventory-yaml.ts';
import { checkInventory } from '../../../core/inventory/check-inventory.ts';
import { entryOf, type Inventory } from '../../../core/inventory/inventory.ts';
import { sameIp } from '../../../core/network/address.ts';
import { keyPairOf, tunnelKeys } from '../../../lab/namespaces/host-keys.ts';
import { openOverlay } from '../../../lab/namespaces/overlays/lab-overlays.ts';
import { recordFleet } from '../../../lab/namespaces/record-fleet.ts';
import { variantCatalogue } from '../../../lab/variants/catalogue.ts';
import type { LabVariant } from '../../../lab/variants/lab-variant.ts';

let stateDir = '';
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'restitch-lab-inventory-'));
});
afterAll(() => rm(stateDir, { recursive: true, force: true }));

async function planOf({ fleet }: LabVariant) {
  const { hosts } = await openOverlay(fleet, stateDir);
  const keys = await tunnelKeys(stateDir, hosts);
  return { hosts, keys, inventory: recordFleet(hosts, keys) };
}

async function inventoryOf(name: string): Promise<Inventory> {
  const variant = variantCatalogue.find((candidate) => candidate.name === name);
  if (variant === undefined) throw new Error(`no variant is called ${name}`);
  return (await planOf(variant)).inventory;
}

describe('the inventory of every fleet of the lab', () => {
  it.each(variantCatalogue.map((variant) => [variant.name, variant] as const))(
    '%s: is valid, has every node, and says what the plan of the fleet says',
    async (_name, variant) => {
      const { hosts, keys, inventory } = await planOf(variant);
      expect(parseInventory(printInventory(inventory))).toEqual({ type: 'read', inventory });
      expect(checkInventory(inventory)).toEqual([]);
      expect(Object.keys(inventory.nodes).toSorted()).toEqual(hosts.map(({ name }) => name).toSorted());
      for (const { name, wireguard, flannel } of hosts) {
        const entry = entryOf(inventory, name);
        expect(sameIp(entry?.announcedAddress ?? entry?.tunnelAddress ?? '', flannel.publicIp)).toBe(true);
        expect(entry?.publicKey).toBe(wireguard && keyPairOf(keys, name).publicKey);
      }
    },
  );
});

describe('what the inventory says of a fleet that differs', () => {
  it('is the address of a hub in its tunnel, and the one that it announces', async () => {
    const { tunnelNetworks, nodes } = await inventoryOf('vxlan');
    expect(tunnelNetworks).toEqual(['10.200.0.0/24']);
    expect(nodes['hub-1']).toMatchObject({ tunnelAddress: '10.200.0.1', announcedAddress: '10.0.1.10' });
    expect(nodes['hub-1']?.hub).toBeUndefined();
    expect(nodes['gpu-1']).toMatchObject({ hub: 'hub-1', allowedNetworks: ['10.200.0.11/32'] });
    expect(nodes['gpu-1']?.announcedAddress).toBeUndefined();
    expect(nodes['cloud-1']).toEqual({
      announcedAddress: '10.0.2.20',
      site: 'aws',
      pool: 'cloud',
      instance: 'i-0a0000000000000c1',
      allowedNetworks: [],
    });
  });

  it.each([
    ['host-gw', ['10.200.0.0/24'], 'hub-1', ['10.200.0.12/32', '10.42.12.0/24']],
    ['two-hubs', ['10.200.0.0/24', '10.200.1.0/24'], 'hub-2', ['10.200.1.12/32']],
    ['dual-stack', ['10.200.0.0/24', 'fd00:200:0:0:0:0:0:0/64'], 'hub-1', ['10.200.0.12/32', 'fd00:200::c:1/128']],
    ['full-mesh', ['10.200.0.0/24'], undefined, ['10.200.0.12/32']],
    ['wireguard-native', ['10.200.0.0/24'], 'hub-1', ['10.200.0.12/32']],
  ])('%s', async (name, networks, hub, allowedNetworks) => {
    const { tunnelNetworks, nodes } = await inventoryOf(name);
    expect(tunnelNetworks.toSorted()).toEqual(networks);
    expect(nodes['gpu-2']?.hub).toBe(hub);
    expect(nodes['gpu-2']?.allowedNetworks).toEqual(allowedNetworks);
  });

  it('is the address that a node announces in the place of its own', async () => {
    expect((await inventoryOf('announced-not-local')).nodes['cloud-1']?.announcedAddress).toBe('198.51.100.20');
  });
});
