import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { describeDifference } from '../../../core/inventory/difference.ts';
import { checkHubPeers } from '../../../core/recorded-fleet/check-hub-peers.ts';
import { checkNodeObjects } from '../../../core/recorded-fleet/check-node-objects.ts';
import { SettingsEnvironment, settingsFrom } from '../../../functions/runbook/config.ts';
import { nodes, wireGuard } from '../../fakes/healthy-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';
import { inventoryWith, keyOf, sampleInventory } from './sample-inventory.ts';

const { labels } = settingsFrom(SettingsEnvironment.parse({}));

function changed(name: string, change: (node: NodeObject) => NodeObject): readonly NodeObject[] {
  return nodes.map((node) => (node.metadata.name === name ? change(node) : node));
}

function announcing(address: string) {
  return (node: NodeObject): NodeObject => withAnnotations(node, { 'flannel.alpha.coreos.com/public-ip': address });
}

describe('Node objects beside the record', () => {
  const said = (fleet: readonly NodeObject[], inventory = sampleInventory) =>
    checkNodeObjects(inventory, fleet, labels).map(describeDifference);

  it('agree in a healthy fleet', () => {
    expect(said(nodes)).toEqual([]);
  });

  it.each([
    ['of another network', 'gpu-2', '203.0.113.9', 'tunnelAddress: the inventory has 10.200.0.12'],
    ['of a peer', 'gpu-2', '10.200.0.11', 'tunnelAddress: the inventory has 10.200.0.12'],
    [
      'of the tunnel, where the node announces another',
      'hub-1',
      '10.200.0.1',
      'announcedAddress: the inventory has 10.0.1.10',
    ],
  ])('do not when one announces an address %s', (_what, name, address, sentence) => {
    expect(said(changed(name, announcing(address)))).toEqual([
      `${name}, ${sentence}, its Node object announces ${address}`,
    ]);
  });

  it('do not when one names another instance, pool, site or hub', () => {
    const fleet = changed('gpu-2', (node) => ({
      ...node,
      metadata: {
        ...node.metadata,
        labels: { ...node.metadata.labels, 'restitch.dev/hub': 'hub-9', 'restitch.dev/pool': 'spare' },
      },
      spec: { ...node.spec, providerID: 'aws:///lab-1a/i-0a0000000000000a1' },
    }));
    expect(said(fleet)).toEqual([
      'gpu-2, instance: the inventory has mi-0a00000000000b002, spec.providerID says i-0a0000000000000a1',
      'gpu-2, hub: the inventory has hub-1, label restitch.dev/hub says hub-9',
      'gpu-2, pool: the inventory has gpu, label restitch.dev/pool says spare',
    ]);
  });

  it('are named where only one side knows the node', () => {
    expect(said(nodes, inventoryWith('gpu-2', null))).toEqual(['gpu-2, node: the inventory has no such node']);
    expect(said(nodes.filter(({ metadata }) => metadata.name !== 'gpu-1'))).toEqual([
      'gpu-1, node: the cluster has no such Node',
    ]);
  });
});

describe('the peers of a hub beside the record', () => {
  const device = wireGuard('hub-1', 1);
  const [first, second] = device.peers;
  if (first === undefined || second === undefined) throw new Error('the hub has two peers');
  const peers = [
    { ...first, publicKey: keyOf('A') },
    { ...second, publicKey: keyOf('B') },
  ];
  const hub = { wireguard: { ...device, publicKey: keyOf('H'), peers }, unseen: [] };
  const said = (measured: Parameters<typeof checkHubPeers>[2], inventory = sampleInventory) =>
    checkHubPeers(inventory, 'hub-1', measured).map(describeDifference);

  it('agree in a healthy fleet, also where keys are cut', () => {
    expect(said(hub)).toEqual([]);
    const cut = peers.map((peer) => ({ ...peer, publicKey: peer.publicKey.slice(0, 10) }));
    expect(said({ wireguard: { ...hub.wireguard, peers: cut }, unseen: [] })).toEqual([]);
  });

  it('do not when one is missing, unless the hub left some out', () => {
    const wireguard = { ...hub.wireguard, peers: peers.slice(0, 1) };
    expect(said({ wireguard, unseen: [] })).toEqual([`gpu-2, publicKey: hub-1 has no peer with its key ${keyOf('B')}`]);
    const unseen = [{ what: 'wireguard-others', why: 'too long' }];
    expect(said({ wireguard, unseen })).toEqual([]);
  });

  it('do not when one has other AllowedIPs', () => {
    const [a, b] = peers;
    if (a === undefined || b === undefined) throw new Error('two');
    const wireguard = {
      ...hub.wireguard,
      peers: [
        { ...a, allowedIps: ['10.200.0.11/32', '203.0.113.9/32'] },
        { ...b, allowedIps: [] },
      ],
    };
    expect(said({ wireguard, unseen: [] })).toEqual([
      'gpu-1, allowedNetworks: the AllowedIPs that hub-1 has for it hold 203.0.113.9/32 too',
      'gpu-2, allowedNetworks: the AllowedIPs that hub-1 has for it lack 10.200.0.12/32',
    ]);
  });

  it('do not when nobody is known by a key, or the hub has another one itself', () => {
    expect(said(hub, inventoryWith('gpu-2', null))).toEqual([
      `hub-1, publicKey: it has a peer ${keyOf('B')} (10.200.0.12/32), whose key no entry has`,
    ]);
    expect(said({ ...hub, wireguard: { ...hub.wireguard, publicKey: keyOf('X') } })).toEqual([
      `hub-1, publicKey: the inventory has ${keyOf('H')}, its device ${keyOf('X')}`,
    ]);
  });

  it('are not judged where the device could not be read', () => {
    expect(said({ wireguard: null, unseen: [{ what: 'wireguard', why: 'wg: not found' }] })).toEqual([]);
  });
});
