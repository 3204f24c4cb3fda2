import { describe, expect, it } from 'vitest';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import type { Operation } from '../../../core/grammar/operation.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { inventoryAgrees } from '../../../core/repair/inventory-agrees.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { withHost } from '../../fixtures/changed-evidence.ts';
import { inventoryWith, keyOf, sampleInventory } from '../inventory/sample-inventory.ts';

const neighbour: Operation = { op: 'neigh replace', ip: '10.42.11.0', mac: '0a:58:0a:2a:0b:00', dev: 'flannel.1' };
const onPeer = (letter: string, ...cidrs: string[]): Operation => ({
  op: 'wg allowed-ips',
  dev: 'wg0',
  peer: keyOf(letter),
  cidrs,
});
const routeTo = (cidr: string, dev = 'wg0'): Operation => ({ op: 'route set', cidr, dev, mtuBytes: null });
const agrees = (operation: Operation, inventory: Inventory | undefined = sampleInventory, host = 'hub-1') =>
  inventoryAgrees(deriveFacts({ ...healthyEvidence(), ...(inventory && { inventory }) }), host, operation);

describe('the inventory says the same as a change about the node', () => {
  it('that only puts back what the node announces', () => {
    expect(agrees(neighbour)).toBe(true);
  });

  it.each<[string, Inventory]>([
    ['where it has no entry of the node', inventoryWith('gpu-1', null)],
    ['where it has no entry of the host', inventoryWith('hub-1', null)],
    ['where it has another address of the node', inventoryWith('gpu-1', { tunnelAddress: '10.200.0.77' })],
    ['where the node announces another address than it says', inventoryWith('gpu-1', { announcedAddress: '10.9.9.9' })],
    ['where it has no address of the node', inventoryWith('gpu-1', { tunnelAddress: undefined })],
  ])('not %s', (_, inventory) => {
    expect(agrees(neighbour, inventory)).toBe(false);
  });

  it('not where nobody keeps one', () => {
    const facts = deriveFacts(healthyEvidence());
    expect(inventoryAgrees(facts, 'hub-1', neighbour)).toBe(false);
  });

  it('also where the node announces nothing', () => {
    const facts = deriveFacts({ ...healthyEvidence(), nodes: [], inventory: sampleInventory });
    expect(inventoryAgrees(facts, 'hub-1', neighbour)).toBe(true);
  });

  it('also where the node announces another address than that of its tunnel, and it says so', () => {
    const inventory = inventoryWith('gpu-1', { tunnelAddress: '10.99.0.1', announcedAddress: '10.200.0.11' });
    expect(agrees(neighbour, inventory)).toBe(true);
  });
});

describe('AllowedIPs', () => {
  it.each<[string, Operation, boolean]>([
    ['the peer’s own address', onPeer('A', '10.200.0.11/32'), true],
    ['no networks', onPeer('A'), true],
    ['another node’s address', onPeer('A', '10.200.0.12/32'), false],
    ['its own address and another one', onPeer('A', '10.200.0.11/32', '10.200.0.12/32'), false],
    ['the network around its address', onPeer('A', '10.200.0.0/24'), false],
    ['of a peer that nobody recorded', onPeer('X', '10.200.0.11/32'), false],
    ['no networks, of a peer that nobody recorded', onPeer('X'), false],
    ['of the hub: the tunnel’s network', onPeer('H', '10.200.0.0/24'), true],
    ['of the hub: every node’s address', onPeer('H', '10.0.2.20/32', '10.200.0.12/32'), true],
    ['of the hub: a network of nobody', onPeer('H', '10.77.0.0/24'), false],
  ])('%s: %#', (_, operation, agreed) => {
    expect(agrees(operation)).toBe(agreed);
    const { peer, cidrs } = operation as Extract<Operation, { readonly op: 'wg allowed-ips' }>;
    const added: Operation = { op: 'wg add', dev: 'wg0', peer, endpoint: '10.0.0.1:1', seconds: 25, cidrs };
    expect(agrees(added)).toBe(agreed);
  });

  it('of an entry that names no hub, and that no other names as its hub, hold its own alone', () => {
    const inventory = inventoryWith('cloud-1', { publicKey: keyOf('C') });
    expect(agrees(onPeer('C', '10.0.2.20/32'), inventory)).toBe(true);
    expect(agrees(onPeer('C', '10.200.0.12/32'), inventory)).toBe(false);
  });

  it('hold what the record allows the peer besides its address', () => {
    const inventory = inventoryWith('gpu-2', { allowedNetworks: ['10.42.12.0/24'] });
    expect(agrees(onPeer('B', '10.42.12.0/25'), inventory)).toBe(true);
    expect(agrees(onPeer('H', '10.42.12.0/25'), inventory)).toBe(true);
    expect(agrees(onPeer('A', '10.42.12.0/25'), inventory)).toBe(false);
  });
});

describe('a route', () => {
  it.each<[string, Operation, boolean]>([
    ['to the node’s own address', routeTo('10.200.0.11/32'), true],
    ['to another node’s', routeTo('10.200.0.12/32'), false],
    ['of all pods into the tunnel', routeTo('10.42.0.0/16'), false],
    [
      'of all pods into flannel’s own device, as the host’s subnet.env has it',
      routeTo('10.42.0.0/16', 'flannel-wg'),
      true,
    ],
    ['of some pods into flannel’s own device', routeTo('10.42.0.0/17', 'flannel-wg'), false],
  ])('%s: %#', (_, operation, agreed) => {
    expect(agrees(operation)).toBe(agreed);
  });

  it('of all pods is not confirmed by a host that was not read', () => {
    const facts = deriveFacts({ ...healthyEvidence(), readings: [], inventory: sampleInventory });
    expect(inventoryAgrees(facts, 'hub-1', routeTo('10.42.0.0/16', 'flannel-wg'))).toBe(false);
  });

  it('of all pods is not confirmed where the host has no subnet.env', () => {
    const evidence = withHost(healthyEvidence(), 'hub-1', (host) => ({ ...host, subnetEnv: null }));
    const facts = deriveFacts({ ...evidence, inventory: sampleInventory });
    expect(inventoryAgrees(facts, 'hub-1', routeTo('10.42.0.0/16', 'flannel-wg'))).toBe(false);
  });
});

it('an endpoint is never in the record', () => {
  const endpoint: Operation = { op: 'wg endpoint', dev: 'wg0', peer: keyOf('A'), endpoint: '203.0.113.1:51820' };
  expect(agrees(endpoint)).toBe(false);
});
