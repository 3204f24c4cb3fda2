import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { countLeases, whyManyAreStale } from '../../../core/safety/stale-leases.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';

const limits = { minPercent: 60, minNodes: 3 };
const { nodes } = healthyFleet(['paris', 'paris', 'oslo']);
const names = nodes.map(({ metadata }) => metadata.name);
const withReady = (status: 'True' | 'False' | 'Unknown'): readonly NodeObject[] =>
  nodes.map((node) => ({ ...node, status: { ...node.status, conditions: [{ type: 'Ready', status }] } }));

describe('how many leases are stale', () => {
  it.each([
    ['at 40 s', 40, 0],
    ['after 40 s', 40.1, 5],
  ])('is told by their age: %s', (_, age, stale) => {
    expect(countLeases(nodes, new Map(names.map((name) => [name, age])))).toEqual({ seen: 5, stale });
  });

  it('counts nodes that are not Ready as well, and no lease whose Node is gone', () => {
    const ages = new Map([...names, 'deleted-1', 'deleted-2'].map((name) => [name, 900]));
    expect(countLeases(withReady('False'), ages)).toEqual({ seen: 5, stale: 5 });
  });

  it('does not count a node whose lease was not seen', () => {
    expect(countLeases(nodes, new Map([['gpu-1', 900]]))).toEqual({ seen: 1, stale: 1 });
    expect(countLeases(nodes, new Map())).toEqual({ seen: 0, stale: 0 });
  });

  it('is the node controller’s word where leases may not be listed', () => {
    expect(countLeases(withReady('Unknown'), 'unknown')).toEqual({ seen: 5, stale: 5 });
    expect(countLeases(withReady('False'), 'unknown')).toEqual({ seen: 5, stale: 0 });
    const silent = nodes.map((node) => ({ ...node, status: { ...node.status, conditions: [] } }));
    expect(countLeases(silent, 'unknown')).toEqual({ seen: 0, stale: 0 });
  });
});

describe('stale leases', () => {
  it.each([
    ['the only node', { seen: 1, stale: 1 }, false],
    ['both of two nodes', { seen: 2, stale: 2 }, false],
    ['all of three', { seen: 3, stale: 3 }, true],
    ['59 %', { seen: 100, stale: 59 }, false],
    ['60 %', { seen: 100, stale: 60 }, true],
    ['none of none', { seen: 0, stale: 0 }, false],
  ])('of %s: many at once or not', (_, leases, many) => {
    expect(whyManyAreStale(leases, limits) !== undefined).toBe(many);
  });

  it('are not many where there is none, whatever the limits are', () => {
    expect(whyManyAreStale({ seen: 5, stale: 0 }, { minPercent: 0, minNodes: 0 })).toBeUndefined();
  });

  it('are told with their number and the share that is too many', () => {
    expect(whyManyAreStale({ seen: 30, stale: 21 }, limits)).toBe(
      'the leases of 21 of 30 nodes are stale at once (60 % are too many to be faults of nodes)',
    );
  });
});
