import { describe, expect, it } from 'vitest';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import {
  type BreakerRecord,
  breakerState,
  breakersOf,
  countBroken,
  forbiddenByBreaker,
  newBreakers,
  resetBreaker,
  tripBreaker,
  withCanary,
  withoutCanary,
} from '../../../core/safety/breaker.ts';
import { breakerScopes } from '../../../core/safety/breaker-scopes.ts';
import { nodes } from '../../fakes/healthy-evidence.ts';

const limits = { windowSeconds: 600, maxPercent: 30, minNodes: 3, retrySeconds: 900 };
const scopes = [
  { name: 'pool=gpu', size: 10 },
  { name: 'cluster=lab', size: 40 },
];
const names = scopes.map(({ name }) => name);
const countAll = (record: BreakerRecord, ids: readonly string[], at = 0) =>
  ids.reduce((current, node) => countBroken(current, { node, scopes }, limits, at) ?? current, record);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `gpu-${index}`);
const candidate = (node: string, cheapest = true) => ({ incidentId: `lab.${node}.1`, node, cheapest });
const forbids = (record: BreakerRecord, who = candidate('gpu-9'), now = 0) =>
  forbiddenByBreaker(record, names, who, limits, now);
const tripped = countAll(newBreakers('lab'), numbered(6));
/** Of another pool, tripped at the same time. */
const shut = { since: 0, reason: 'many', by: null, held: ['cpu-1'], canary: null };
const withOther = (record: BreakerRecord): BreakerRecord => ({
  ...record,
  tripped: { ...record.tripped, 'pool=cpu': shut },
});

describe('the breaker of a pool of ten', () => {
  it.each([
    [3, undefined],
    [4, 'the breaker pool=gpu is open: 4 of 10 nodes look broken within 600 s'],
  ])('with %i broken nodes: %s', (count, said) => {
    expect(forbids(countAll(newBreakers('lab'), numbered(count)))).toBe(said);
  });

  it('counts a node once', () => {
    expect(forbids(countAll(newBreakers('lab'), ['gpu-1', 'gpu-2', 'gpu-3', 'gpu-1', 'gpu-2']))).toBeUndefined();
  });

  it('forgets a node after the window', () => {
    const early = countAll(newBreakers('lab'), numbered(3), 1_000_000);
    expect(countBroken(early, { node: 'gpu-8', scopes }, limits, 1_600_000)?.tripped).toEqual({});
    expect(Object.keys(countBroken(early, { node: 'gpu-8', scopes }, limits, 1_599_999)?.tripped ?? {})).toEqual([
      'pool=gpu',
    ]);
  });

  it('writes nothing for a node that it counted lately, or holds already', () => {
    expect(countBroken(countAll(newBreakers('lab'), ['gpu-1']), { node: 'gpu-1', scopes }, limits, 1)).toBeUndefined();
    expect(countBroken(tripped, { node: 'gpu-5', scopes }, limits, 1)).toBeUndefined();
  });

  it('counts a node anew after half of the window, and still once', () => {
    const early = countAll(newBreakers('lab'), ['gpu-1'], 1_000_000);
    expect(countBroken(early, { node: 'gpu-1', scopes }, limits, 1_299_999)).toBeUndefined();
    expect(countBroken(early, { node: 'gpu-1', scopes }, limits, 1_300_000)?.broken).toEqual([
      { node: 'gpu-1', at: 1_300_000, scopes: names },
    ]);
  });

  it('does not count nodes of another pool', () => {
    const ofCpu = [{ name: 'pool=cpu', size: 10 }];
    const cpu = ['cpu-1', 'cpu-2'].reduce(
      (current, node) => countBroken(current, { node, scopes: ofCpu }, limits, 0) ?? current,
      newBreakers('lab'),
    );
    expect(countAll(cpu, numbered(3)).tripped).toEqual({});
  });

  it('trips with its reason, and holds the node that tripped it', () => {
    expect(countAll(newBreakers('lab'), numbered(4), 5).tripped).toEqual({
      'pool=gpu': {
        since: 5,
        reason: '4 of 10 nodes look broken within 600 s',
        by: null,
        held: ['gpu-3'],
        canary: null,
      },
    });
  });

  it('notes whom it holds once, up to a thousand, and counts nobody meanwhile', () => {
    const held = countBroken(tripped, { node: 'gpu-9', scopes }, limits, 1);
    expect(held?.tripped['pool=gpu']?.held).toEqual(['gpu-3', 'gpu-4', 'gpu-5', 'gpu-9']);
    expect(held?.broken).toEqual(tripped.broken);
    const holding = (count: number) => ({
      ...tripped,
      tripped: { 'pool=gpu': { ...shut, held: numbered(count) } },
    });
    expect(countBroken(holding(999), { node: 'new', scopes }, limits, 1)?.tripped['pool=gpu']?.held).toHaveLength(
      1_000,
    );
    expect(countBroken(holding(1_000), { node: 'new', scopes }, limits, 1)).toBeUndefined();
  });

  it('leaves other pools alone', () => {
    expect(forbiddenByBreaker(tripped, ['pool=cpu', 'cluster=lab'], candidate('cpu-1'), limits, 0)).toBeUndefined();
  });
});

describe('the breaker of a large cluster', () => {
  const large = [{ name: 'cluster=lab', size: 40 }];
  const broken = (count: number) =>
    numbered(count).reduce(
      (current, node) => countBroken(current, { node, scopes: large }, limits, 0) ?? current,
      newBreakers('lab'),
    );

  it.each([
    [12, []],
    [13, ['cluster=lab']],
  ])('trips above its share: of 40 nodes with %i: %j', (count, open) => {
    expect(Object.keys(broken(count).tripped)).toEqual(open);
  });
});

describe('a breaker that is not tripped', () => {
  it('is closed, needs no canary, and has nothing to drop when it is reset', () => {
    expect(breakerState(undefined, limits, 0)).toBe('closed');
    expect(withCanary(withOther(newBreakers('lab')), names, candidate('gpu-1'), 0)).toBeUndefined();
    expect(resetBreaker(tripped, 'cluster=lab').dropped).toEqual([]);
  });
});

describe('what a decision is shown', () => {
  it('are the breakers of its node, without the names in them', () => {
    const own = withOther(tripped).tripped['pool=gpu'];
    expect(breakersOf(withOther(tripped), names)).toEqual({
      cluster: 'lab',
      broken: [],
      tripped: { 'pool=gpu': { ...own, held: [] } },
    });
  });
});

describe('a half-open breaker', () => {
  const later = limits.retrySeconds * 1_000;
  const withOne = withCanary(tripped, names, candidate('gpu-1'), later) ?? tripped;

  it.each([
    ['just before', later - 1, 'open'],
    ['at', later, 'half-open'],
  ])('%s the end of its rest', (_, now, state) => {
    expect(breakerState(tripped.tripped['pool=gpu'], limits, now)).toBe(state);
  });

  it('lets the cheapest rung of one node through, and nothing else', () => {
    expect(forbids(tripped, candidate('gpu-1'), later)).toBeUndefined();
    expect(forbids(tripped, candidate('gpu-1', false), later)).toContain('only the cheapest rung');
    expect(forbids(withOne, candidate('gpu-1'), later)).toBeUndefined();
    expect(forbids(withOne, candidate('gpu-2'), later)).toContain('waits for its canary gpu-1');
  });

  it('closes when the canary is healed, and does not trip again for the same nodes', () => {
    const closed = withoutCanary(withOne, 'lab.gpu-1.1', true, later);
    expect(closed).toEqual(newBreakers('lab'));
  });

  it('opens anew when the canary is not healed', () => {
    const open = withoutCanary(withOne, 'lab.gpu-1.1', false, later) ?? withOne;
    expect(forbids(open, candidate('gpu-2'), later + 1)).toContain('is open');
    expect(withoutCanary(open, 'lab.gpu-1.1', true, later)).toBeUndefined();
  });

  it('of another pool is not touched by a canary, however it ends', () => {
    const both = withCanary(withOther(tripped), names, candidate('gpu-1'), later) ?? tripped;
    expect(both.tripped['pool=cpu']).toEqual(shut);
    expect(withoutCanary(both, 'lab.gpu-1.1', true, later)?.tripped).toEqual({ 'pool=cpu': shut });
    const anew = withoutCanary(both, 'lab.gpu-1.1', false, later)?.tripped;
    expect(anew).toMatchObject({ 'pool=cpu': shut, 'pool=gpu': { since: later, canary: null } });
  });

  it('does not wait for ever for a canary whose run died', () => {
    expect(forbids(withOne, candidate('gpu-2'), later + 3_599_999)).toContain('waits for its canary');
    expect(forbids(withOne, candidate('gpu-2'), later + 3_600_000)).toBeUndefined();
  });
});

describe('by hand', () => {
  const open = tripBreaker(newBreakers('lab'), 'pool=gpu', { by: 'ann', reason: 'a bad rule' }, 0);

  it('a breaker stays open until it is reset by hand', () => {
    expect(forbids(open, candidate('gpu-1'), 365 * 86_400_000)).toBe(
      'the breaker pool=gpu is open, tripped by ann: a bad rule',
    );
  });

  it('a breaker that had tripped itself keeps whom it holds', () => {
    const byHand = tripBreaker(withOther(tripped), 'pool=gpu', { by: 'ann', reason: 'a bad rule' }, 7);
    expect(byHand.tripped).toEqual({
      'pool=gpu': { since: 7, reason: 'a bad rule', by: 'ann', held: ['gpu-3', 'gpu-4', 'gpu-5'], canary: null },
      'pool=cpu': shut,
    });
    const first = tripBreaker(newBreakers('lab'), 'pool=gpu', { by: 'ann', reason: 'a bad rule' }, 0);
    expect(first.tripped['pool=gpu']?.held).toEqual([]);
  });

  it('a reset drops what waited, and counts it', () => {
    const held = countAll(open, ['gpu-1', 'gpu-2', 'gpu-1']);
    const { record, dropped } = resetBreaker(held, 'pool=gpu');
    expect(dropped).toEqual(['gpu-1', 'gpu-2']);
    expect(forbids(record)).toBeUndefined();
  });

  it('a reset forgets what its breaker counted, and nothing of others', () => {
    const counted = countAll(newBreakers('lab'), ['gpu-1']);
    const other = { node: 'cpu-1', at: 0, scopes: ['pool=cpu'] };
    expect(resetBreaker({ ...counted, broken: [...counted.broken, other] }, 'pool=gpu').record.broken).toEqual([other]);
  });
});

describe('the breakers of a node', () => {
  const labels = {
    role: 'restitch.dev/role',
    hub: 'restitch.dev/hub',
    pool: 'restitch.dev/pool',
    site: 'restitch.dev/site',
  };
  const scopesOf = (name: string) => {
    const node = nodes.find(({ metadata }) => metadata.name === name);
    return node === undefined ? [] : breakerScopes('lab', node, nodes, labels);
  };

  it('are those of its pool, site, hub and cluster', () => {
    expect(scopesOf('gpu-1')).toEqual([
      { name: 'pool=gpu', size: 2 },
      { name: 'site=dc-a', size: 1 },
      { name: 'hub=hub-1', size: 4 },
      { name: 'cluster=lab', size: 4 },
    ]);
  });

  it('are not those of labels that it lacks, nor of a hub where there are two', () => {
    const bare = NodeObject.parse({ metadata: { name: 'bare', labels: {} } });
    const second = NodeObject.parse({ metadata: { name: 'hub-2', labels: { [labels.role]: 'hub' } } });
    expect(breakerScopes('lab', bare, [...nodes, second, bare], labels)).toEqual([{ name: 'cluster=lab', size: 6 }]);
  });

  it('count the nodes behind the same hub only', () => {
    const labelled = (name: string, own: Readonly<Record<string, string>>) =>
      NodeObject.parse({ metadata: { name, labels: own } });
    const fleet = [
      labelled('h1', { [labels.role]: 'hub' }),
      labelled('h2', { [labels.role]: 'hub' }),
      labelled('a', { [labels.hub]: 'h1' }),
      labelled('b', { [labels.hub]: 'h2' }),
      labelled('c', { [labels.hub]: 'h2' }),
    ];
    expect(fleet.map((node) => breakerScopes('lab', node, fleet, labels)[0])).toEqual(
      ['h1', 'h2', 'h1', 'h2', 'h2'].map((hub) => ({ name: `hub=${hub}`, size: hub === 'h1' ? 2 : 3 })),
    );
  });

  it('are the hub’s own for the hub', () => {
    expect(scopesOf('hub-1').map(({ name }) => name)).toContain('hub=hub-1');
  });
});
