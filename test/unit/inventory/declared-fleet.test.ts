import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { describeDifference } from '../../../core/inventory/difference.ts';
import { checkDeclaredFleet, type DeclaredFleet } from '../../../core/recorded-fleet/check-declared-fleet.ts';
import { SettingsEnvironment, settingsFrom } from '../../../functions/runbook/config.ts';
import { nodes } from '../../fakes/healthy-evidence.ts';
import { sampleInventory } from './sample-inventory.ts';

const { labels } = settingsFrom(SettingsEnvironment.parse({}));
const nothing: DeclaredFleet = { pools: [], sites: [], hubs: [], podNetworks: [] };
const hub = { name: 'hub-1', tunnelNetworks: ['10.200.0.0/24'] };

const said = (declared: Partial<DeclaredFleet>, fleet: readonly NodeObject[] = nodes, inventory = sampleInventory) =>
  checkDeclaredFleet({ ...nothing, ...declared }, fleet, labels, inventory).map(describeDifference);

function labelled(name: string, own: Readonly<Record<string, string>>): readonly NodeObject[] {
  return nodes.map((node) =>
    node.metadata.name === name
      ? { ...node, metadata: { ...node.metadata, labels: { ...node.metadata.labels, ...own } } }
      : node,
  );
}

describe('a cluster beside what restitch.config.yaml says of it', () => {
  it('is right where the file says nothing', () => {
    expect(said({})).toEqual([]);
  });

  it('is right where every Node is in what it says, also with a pool that has no Node', () => {
    const poolsOf = nodes.flatMap(({ metadata }) => metadata.labels[labels.pool] ?? []);
    expect(poolsOf.length).toBeGreaterThan(0);
    expect(said({ pools: [...poolsOf, 'empty'], hubs: [hub], podNetworks: ['10.42.0.0/16'] })).toEqual([]);
  });

  it.each([
    ['pool', { pools: ['gpu', 'cloud'] }, { [labels.pool]: 'gpus' }],
    ['site', { sites: [{ name: 'paris' }, { name: 'cloud' }] }, { [labels.site]: 'pariss' }],
    ['hub', { hubs: [hub] }, { [labels.hub]: 'hub-9' }],
  ] as const)('differs where the label of a %s says another one', (field, declared, own) => {
    const [[label, value] = []] = Object.entries(own);
    expect(said(declared, labelled('gpu-1', own))).toContainEqual(
      expect.stringMatching(new RegExp(`^gpu-1, ${field}: label ${label} says ${value}, the file has `)),
    );
  });

  it('differs where a Node is marked as a hub that the file does not have', () => {
    expect(said({ hubs: [{ name: 'hub-2', tunnelNetworks: [] }] })).toEqual(
      expect.arrayContaining([
        'hub-1, hub: label restitch.dev/role says hub, the file has hub-2',
        'hub-2, hub: the cluster has no such Node',
      ]),
    );
  });

  it('differs where a hub stands in another site', () => {
    expect(said({ hubs: [{ ...hub, site: 'cloud' }] }, labelled('hub-1', { [labels.site]: 'paris' }))).toEqual([
      'hub-1, site: label restitch.dev/site says paris, the file cloud',
    ]);
  });

  it('differs where a pod CIDR lies outside of the pod networks', () => {
    const found = said({ podNetworks: ['10.99.0.0/16'] });
    expect(found).toHaveLength(nodes.length);
    expect(found[0]).toMatch(/podCIDR: 10\.42\.\d+\.0\/24 lies in no pod network of the file \(10\.99\.0\.0\/16\)$/);
  });

  it('differs where the inventory has a tunnel address outside of its hub’s networks', () => {
    const elsewhere = { ...hub, tunnelNetworks: ['10.201.0.0/24'] };
    expect(said({ hubs: [elsewhere] })).toContain(
      'gpu-1, tunnelAddress: the inventory has 10.200.0.11, the tunnels of hub-1 10.201.0.0/24 in the file',
    );
    expect(checkDeclaredFleet({ ...nothing, hubs: [elsewhere] }, nodes, labels, undefined)).toEqual([]);
  });
});
