import { describe, expect, it } from 'vitest';
import { hubOf, hubsByNode } from '../../../core/evidence/fleet-map.ts';
import { NodeObject } from '../../../core/evidence/node-object.ts';

const labels = { role: 'role', hub: 'hub', pool: 'pool', site: 'site' };
const node = (name: string, own: Readonly<Record<string, string>> = {}) =>
  NodeObject.parse({ metadata: { name, labels: own } });

const hub1 = node('hub-1', { role: 'hub' });
const hub2 = node('hub-2', { role: 'hub' });
const fleets: readonly (readonly [string, readonly NodeObject[]])[] = [
  ['one hub that nobody names', [hub1, node('a'), node('b')]],
  ['two hubs, named by some', [hub1, hub2, node('a', { hub: 'hub-1' }), node('b', { hub: 'hub-2' }), node('c')]],
  ['a hub that is named and does not exist', [hub1, node('a', { hub: 'gone' })]],
  ['a node that names itself', [node('a', { hub: 'a' }), node('b', { hub: 'a' })]],
  ['no hub', [node('a'), node('b')]],
];

describe('the hubs of a whole fleet', () => {
  it.each(fleets)('are those of each node by itself: %s', (_fleet, nodes) => {
    const all = hubsByNode(nodes, labels);
    for (const each of nodes) {
      expect(all.get(each.metadata.name)).toBe(hubOf(nodes, each, labels)?.metadata.name);
    }
  });
});
