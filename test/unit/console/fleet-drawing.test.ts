import { describe, expect, it } from 'vitest';
import { fleetPicture } from '../../../core/console/fleet-picture.ts';
import { incidentLine } from '../../../core/console/incident-line.ts';
import type { MeasuredWay } from '../../../core/console/measured-way.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { type Layout, layoutFleet } from '../../../functions/console/page/fleet-layout.ts';
import { fleetText, nodeText, restText } from '../../../functions/console/page/fleet-words.ts';
import { FRESH_MS, nodeStates } from '../../../functions/console/page/node-state.ts';
import { fleetOf, labels, nodeOf, openIncidentOf } from '../../fakes/console-under-test.ts';

const NOW = 1_800_000_000_000;

function statesOf(nodes: readonly NodeObject[], numbers: readonly number[] = [], ways: readonly MeasuredWay[] = []) {
  const incidents = numbers.map((number) => incidentLine(openIncidentOf(number)));
  return nodeStates(fleetPicture({ at: NOW, nodes, leftOut: 0 }, labels, ways), incidents, NOW);
}

function both(node: string, parts: Partial<MeasuredWay> = {}): readonly MeasuredWay[] {
  const way = { small: 'passed', full: 'passed', at: NOW - 1_000, ...parts } as const;
  return [
    { from: 'hub-1', to: node, ...way },
    { from: node, to: 'hub-1', ...way },
  ];
}

const healthOf = (states: ReturnType<typeof statesOf>, name: string) =>
  states.find(({ node }) => node.name === name)?.health;

describe('what is known of a node', () => {
  const fleet = fleetOf(1, 1, 3);

  it('is nothing where nothing was measured: Ready is no health of the network', () => {
    expect(healthOf(statesOf(fleet), 'gpu-1')).toBe('unknown');
  });

  it('is health while both directions passed lately, and no longer', () => {
    expect(healthOf(statesOf(fleet, [], both('gpu-1', { at: NOW - FRESH_MS })), 'gpu-1')).toBe('passes');
    const old = statesOf(fleet, [], both('gpu-1', { at: NOW - FRESH_MS - 1 }));
    expect(healthOf(old, 'gpu-1')).toBe('unknown');
    expect(old.find(({ node }) => node.name === 'gpu-1')?.inward.small).toBe('unmeasured');
  });

  it('is not health where one direction alone was measured', () => {
    expect(healthOf(statesOf(fleet, [], both('gpu-1').slice(0, 1)), 'gpu-1')).toBe('unknown');
  });

  it('is a loss where full-size packets are lost and no incident is open', () => {
    expect(healthOf(statesOf(fleet, [], both('gpu-1', { full: 'lost' })), 'gpu-1')).toBe('loses');
  });

  it('is not a loss of those who only talk to a node that has an incident', () => {
    const lost = { from: 'gpu-2', to: 'gpu-1', small: 'lost', full: 'lost', at: NOW } as const;
    const states = statesOf(fleet, [1], [...both('gpu-2'), lost]);
    expect(healthOf(states, 'gpu-1')).toBe('incident');
    expect(healthOf(states, 'gpu-2')).toBe('passes');
    expect(healthOf(states, 'hub-1')).toBe('passes');
    expect(healthOf(statesOf(fleet), 'hub-1')).toBe('unknown');
  });

  it('is that it is not Ready', () => {
    const nodes = [...fleet, nodeOf('gpu-9', { [labels.hub]: 'hub-1' }, 'Unknown')];
    expect(healthOf(statesOf(nodes), 'gpu-9')).toBe('not-ready');
  });

  it('is told in words, with both directions, both sizes and the age', () => {
    const [state] = statesOf(fleet, [1], both('gpu-1', { full: 'lost', at: NOW - 12_000 }));
    expect(state && nodeText(state, NOW)).toBe(
      'gpu-1, site dc-1, pool pool-1: vxlan-wedge: is repaired. ' +
        'From hub-1 to gpu-1: small packets pass, full size lost, 12 s ago. ' +
        'From gpu-1 to hub-1: small packets pass, full size lost, 12 s ago.',
    );
  });
});

/** Parts that a person would see, and whether any lies on another or outside. */
function drawn(layout: Layout) {
  const rows = layout.hubs.flatMap(({ sites }) => sites.flatMap((site) => site.rows));
  const tiles = layout.hubs.flatMap((hub) => hub.tiles);
  const spans = [
    ...rows.map(({ y }) => ({ top: y - 21, bottom: y + 21, left: 0, right: layout.width })),
    ...tiles.map(({ x, y }) => ({ top: y, bottom: y + layout.tile.height, left: x, right: x + layout.tile.width })),
  ];
  const overlap = spans.some((a, index) =>
    spans.slice(index + 1).some((b) => a.top < b.bottom && b.top < a.bottom && a.left < b.right && b.left < a.right),
  );
  const outside = spans.some(({ bottom, right }) => bottom > layout.height || right > layout.width + 0.5);
  return { rows, tiles, overlap, outside };
}

describe.each([350, 980])('the drawing, %i pixels wide', (width) => {
  it('shows each of four nodes with its tunnel', () => {
    const { rows, overlap, outside } = drawn(layoutFleet(statesOf(fleetOf(1, 2, 2), [1]), width));
    expect(rows.map(({ content }) => content.type)).toEqual(['node', 'node', 'node', 'node']);
    expect([overlap, outside]).toEqual([false, false]);
  });

  it('shows of forty nodes the sick ones alone, and the others of their site as one', () => {
    const layout = layoutFleet(statesOf(fleetOf(1, 4, 10), [3, 5]), width);
    const { rows, tiles, overlap, outside } = drawn(layout);
    expect(rows.map(({ content }) => content.type)).toEqual(['node', 'node', 'rest']);
    expect(rows.map(({ key }) => key).slice(0, 2)).toEqual(['gpu-3', 'gpu-5']);
    expect(tiles).toHaveLength(3);
    expect([overlap, outside]).toEqual([false, false]);
  });

  it('stays small for 2,000 nodes of two hubs, also when a whole site is sick', () => {
    const site = Array.from({ length: 50 }, (_, index) => index + 1);
    const { rows, tiles, overlap, outside } = drawn(layoutFleet(statesOf(fleetOf(2, 20, 50), site), width));
    expect(rows.map(({ content }) => content.type)).toEqual([...Array(16).fill('node'), 'sick']);
    expect(tiles).toHaveLength(39);
    expect([overlap, outside]).toEqual([false, false]);
  });

  it('shares the room out where many sites are sick', () => {
    const everyThird = Array.from({ length: 300 }, (_, index) => 3 * index + 1);
    const { rows, overlap } = drawn(layoutFleet(statesOf(fleetOf(2, 20, 25), everyThird), width));
    expect(rows.filter(({ content }) => content.type === 'node')).toHaveLength(2 * 36);
    expect(overlap).toBe(false);
  });

  it('counts every node once', () => {
    const { rows, tiles } = drawn(layoutFleet(statesOf(fleetOf(1, 4, 10), [3, 5]), width));
    const counted = [...rows.map(({ content }) => content), ...tiles.map(({ rest }) => rest)];
    const names = counted.flatMap((each) => (each.type === 'node' ? [each.state] : each.states));
    expect(new Set(names.map(({ node }) => node.name)).size).toBe(40);
    expect(names).toHaveLength(40);
  });
});

describe('several nodes drawn as one', () => {
  it('pass only where each of them does', () => {
    const fleet = fleetOf(1, 4, 10);
    const some = layoutFleet(statesOf(fleet, [], both('gpu-1')), 980).hubs[0]?.tiles[0]?.rest;
    expect(some && [some.inward.small, restText(some)]).toEqual(['unmeasured', '10 nodes: 1 pass, 9 not measured']);
    const names = Array.from({ length: 10 }, (_, index) => `gpu-${index + 1}`);
    const all = layoutFleet(
      statesOf(
        fleet,
        [],
        names.flatMap((name) => both(name)),
      ),
      980,
    ).hubs[0]?.tiles[0]?.rest;
    expect(all && [all.inward.small, restText(all)]).toEqual(['passed', '10 nodes: 10 pass']);
  });

  it('are counted in the sentence above the drawing', () => {
    expect(fleetText(statesOf(fleetOf(1, 1, 3), [2], both('gpu-1')))).toBe(
      '4 nodes: 1 with an open incident; 2 measured lately, and pass; 1 Ready, not measured lately',
    );
  });
});

describe('a fleet without a hub that is known', () => {
  it('is drawn too', () => {
    const nodes = [nodeOf('a', {}), nodeOf('b', {})];
    const layout = layoutFleet(statesOf(nodes), 980);
    expect(layout.hubs).toHaveLength(1);
    expect(layout.hubs[0]?.hub).toBeUndefined();
    expect(drawn(layout).rows).toHaveLength(2);
  });
});
