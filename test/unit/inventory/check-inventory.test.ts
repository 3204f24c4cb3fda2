import { describe, expect, it } from 'vitest';
import { checkInventory } from '../../../core/inventory/check-inventory.ts';
import { describeDifference } from '../../../core/inventory/difference.ts';
import { inventoryWith, keyOf, sampleInventory } from './sample-inventory.ts';

const said = (...args: Parameters<typeof inventoryWith>) =>
  checkInventory(inventoryWith(...args)).map(describeDifference);

describe('a record', () => {
  it('that is whole has no contradictions', () => {
    expect(checkInventory(sampleInventory)).toEqual([]);
    expect(checkInventory({ version: 1, tunnelNetworks: [], nodes: {} })).toEqual([]);
  });

  it.each([
    ['address', { tunnelAddress: '10.200.0.11' }, 'gpu-2, tunnelAddress: 10.200.0.11 belongs to gpu-1 too'],
    ['key', { publicKey: keyOf('A') }, `gpu-2, publicKey: ${keyOf('A')} belongs to gpu-1 too`],
    ['instance', { instance: 'mi-0a00000000000b001' }, 'gpu-2, instance: mi-0a00000000000b001 belongs to gpu-1 too'],
  ])('gives each %s to one node', (_what, parts, sentence) => {
    expect(said('gpu-2', parts)).toEqual([sentence]);
  });

  it('gives an address to one node in whatever spelling', () => {
    const inventory = {
      version: 1 as const,
      tunnelNetworks: ['fd00::/64'],
      nodes: {
        a: { tunnelAddress: 'fd00::1', allowedNetworks: [] },
        b: { tunnelAddress: 'FD00:0:0::1', allowedNetworks: [] },
      },
    };
    expect(checkInventory(inventory)).toMatchObject([{ node: 'b', field: 'tunnelAddress' }]);
  });

  it.each([
    ['10.200.0.255', []],
    ['10.200.1.0', ["gpu-2, tunnelAddress: 10.200.1.0 lies in none of the tunnel's networks (10.200.0.0/24)"]],
    ['fd00::1', ["gpu-2, tunnelAddress: fd00::1 lies in none of the tunnel's networks (10.200.0.0/24)"]],
  ])('has %s inside the tunnel’s networks, or says so', (tunnelAddress, sentences) => {
    expect(said('gpu-2', { tunnelAddress })).toEqual(sentences);
  });

  it('knows every hub that it names', () => {
    expect(said('gpu-2', { hub: 'hub-2' })).toEqual(['gpu-2, hub: the inventory has no node hub-2']);
    expect(said('gpu-2', { hub: 'toString' })).toEqual(['gpu-2, hub: the inventory has no node toString']);
    expect(said('gpu-2', { hub: 'gpu-2' })).toEqual(['gpu-2, hub: it is its own hub']);
  });
});
