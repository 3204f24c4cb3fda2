import { describe, expect, it } from 'vitest';
import { createFleetUnderTest } from './fleet-under-test.ts';

/** Behind the hub and in the cluster there is room enough. */
const wide = { BUDGET_HUB_MAX_PERCENT: '100', BUDGET_CLUSTER_MAX_PERCENT: '100' };

describe('30 alerts at once, one per node of a pool whose budget is six', () => {
  it('repairs every node where reconcile heals, and cordons none', { timeout: 120_000 }, async () => {
    const work = createFleetUnderTest(30);
    await work.start();
    const ended = await work.workUntilAll(({ phase }) => phase === 'closed');
    expect(new Set(ended.map(({ outcome }) => outcome))).toEqual(new Set(['repaired']));
    expect(work.mostClaimed()).toBe(0);
  });
});

describe('eight alerts at once in a pool whose budget is two', () => {
  it('gives every node its turn where only a bounce heals, and gives back all that it took', {
    timeout: 120_000,
  }, async () => {
    const work = createFleetUnderTest(8, { BUDGET_MIN_NODES: '2', BUDGET_SITE_MIN_NODES: '2', ...wide });
    work.commands.heals = ['bounce'];
    await work.start();
    const ended = await work.workUntilAll(({ phase }) => phase === 'closed');
    expect(new Set(ended.map(({ outcome }) => outcome))).toEqual(new Set(['repaired']));
    expect(work.mostClaimed()).toBe(2);
    expect(await work.claimed()).toEqual([]);
    expect(await work.capacity.read()).toEqual([]);
  });
});

describe('four alerts at once that nothing heals, in a pool whose budget is one', () => {
  it('quarantines one, and hands the others over with what they could not try still open', {
    timeout: 120_000,
  }, async () => {
    const work = createFleetUnderTest(4, { BUSY_SECONDS: '600' });
    work.commands.heals = [];
    await work.start();
    const ended = await work.workUntilAll(({ phase }) => phase === 'handed-over');
    expect(work.mostClaimed()).toBe(1);
    expect(await work.claimed()).toHaveLength(1);
    expect(ended.filter(({ tried }) => tried.some(({ stage }) => stage === 'quarantine'))).toHaveLength(1);
    expect(await work.capacity.read()).toHaveLength(1);
  });
});
