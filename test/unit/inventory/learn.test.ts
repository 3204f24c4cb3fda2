import { describe, expect, it } from 'vitest';
import type { Evidence, HostReading } from '../../../core/evidence/evidence.ts';
import { learnEntry } from '../../../core/recorded-fleet/learn-entry.ts';
import { learnInventory } from '../../../core/recorded-fleet/learn-inventory.ts';
import { SettingsEnvironment, settingsFrom } from '../../../functions/runbook/config.ts';
import { evidenceWith } from '../../fakes/healthy-evidence.ts';
import { keyOf, sampleInventory } from './sample-inventory.ts';

const { labels } = settingsFrom(SettingsEnvironment.parse({}));
const healthy = { class: 'healthy', cause: 'nothing-found' } as const;
const letters: Readonly<Record<string, string>> = { gpu1public: 'A', gpu2public: 'B', hub1public: 'H' };

/** The keys of the fake hosts are short; WireGuard's have 44 characters. */
function withWholeKeys(evidence: Evidence): Evidence {
  const whole = (key: string) => keyOf(letters[key.replace('=', '')] ?? 'X');
  const reading = (each: HostReading): HostReading => {
    if (each.passive.status !== 'read' || each.passive.evidence.wireguard === null) return each;
    const { wireguard } = each.passive.evidence;
    const peers = wireguard.peers.map((peer) => ({ ...peer, publicKey: whole(peer.publicKey) }));
    const device = { ...wireguard, publicKey: whole(wireguard.publicKey ?? ''), peers };
    return { ...each, passive: { ...each.passive, evidence: { ...each.passive.evidence, wireguard: device } } };
  };
  return { ...evidence, readings: evidence.readings.map(reading) };
}

const look = withWholeKeys(
  evidenceWith(
    'gpu-1',
    (host) => host,
    () => true,
  ),
);
const asked: Evidence = {
  ...look,
  readings: look.readings.map((each) => (each.role === 'node' ? { ...each, instance: 'mi-0a00000000000b001' } : each)),
};

describe('learning from a look', () => {
  it('takes address, key, place and instance of a healthy node, and what its hub sends to it', () => {
    expect(learnEntry(asked, healthy, labels)).toEqual({
      type: 'learnt',
      tunnelNetwork: '10.200.0.11/24',
      entry: sampleInventory.nodes['gpu-1'],
    });
  });

  it('takes nothing from a node that is not healthy', () => {
    expect(learnEntry(asked, { class: 'vxlan-wedge', cause: 'fdb-missing' }, labels)).toEqual({
      type: 'refused',
      reason: 'it is not healthy: vxlan-wedge (fdb-missing)',
    });
  });

  it('takes nothing when the node or its hub was not read', () => {
    const without = (role: HostReading['role']): Evidence => ({
      ...asked,
      readings: asked.readings.map((each) =>
        each.role === role ? { ...each, passive: { status: 'unreachable', reason: 'SSM agent is offline' } } : each,
      ),
    });
    expect(learnEntry(without('node'), healthy, labels)).toMatchObject({ reason: 'it could not be read' });
    expect(learnEntry(without('hub'), healthy, labels)).toMatchObject({
      reason: 'hub-1 could not be read, or prints no whole peer with its key',
    });
  });

  it('takes the announced address where it is not the tunnel’s', () => {
    const nodes = asked.nodes.map((node) =>
      node.metadata.name === 'gpu-1'
        ? {
            ...node,
            metadata: { ...node.metadata, annotations: { 'flannel.alpha.coreos.com/public-ip': '192.0.2.7' } },
          }
        : node,
    );
    expect(learnEntry({ ...asked, nodes }, healthy, labels)).toMatchObject({
      entry: { announcedAddress: '192.0.2.7' },
    });
  });
});

describe('the record of what was learnt', () => {
  const entry = { allowedNetworks: [] };
  const lesson = (tunnelNetwork: string | undefined) => ({ type: 'learnt' as const, entry, tunnelNetwork });

  it('holds each tunnel network once, and no node that was refused', () => {
    expect(
      learnInventory([
        ['a', lesson('10.200.0.11/24')],
        ['b', lesson('10.200.0.12/24')],
        ['c', lesson('10.200.0.13/32')],
        ['d', lesson('10.201.0.1/32')],
        ['e', lesson(undefined)],
        ['f', { type: 'refused', reason: 'it could not be read' }],
      ]),
    ).toEqual({
      version: 1,
      tunnelNetworks: ['10.200.0.0/24', '10.201.0.1/32'],
      nodes: { a: entry, b: entry, c: entry, d: entry, e: entry },
    });
  });
});
