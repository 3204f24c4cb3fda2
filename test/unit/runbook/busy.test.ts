import { describe, expect, it } from 'vitest';
import { claimOf } from '../../fakes/node-object.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

const host = { cluster: 'lab', node: 'gpu-1' };
const other = { incidentId: 'lab.gpu-2.1', run: 1 };
const MINUTE = 60_000;

describe('when another incident holds the host', () => {
  it('waits, counts nothing as tried, and repairs when the host is free', async () => {
    const work = createIncidentUnderTest();
    await work.locks.acquire(host, other, work.clock(), work.clock() + 10 * MINUTE);
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(await work.events()).not.toContain('climbed');
    expect(work.acted()).toEqual(['apply', 'confirm']);
  });

  it('acts soon after a host is free that another one needed for a few seconds', async () => {
    const work = createIncidentUnderTest();
    const free = work.clock() + 6_000;
    await work.locks.acquire(host, other, work.clock(), free);
    await work.start();
    await work.untilClosed();
    const acted = (await work.store.readReceipt('lab.gpu-1.1')).find(({ event }) => event === 'command');
    expect(acted?.at).toBeGreaterThanOrEqual(free);
    expect(acted?.at).toBeLessThan(free + 3_000);
  });

  it('is handed over after its patience, with every stage still to try and nothing held back', async () => {
    const work = createIncidentUnderTest({ BUSY_SECONDS: '300' });
    await work.locks.acquire(host, other, work.clock(), work.clock() + 1_000 * MINUTE);
    await work.start();
    expect(await work.untilAtRest()).toMatchObject({ tried: [], claimed: false });
    expect(await work.capacity.read()).toEqual([]);
    const receipt = await work.store.readReceipt('lab.gpu-1.1');
    expect(receipt.at(-1)?.summary).toContain('another incident is at work on the host, still so after 300 s');
  });
});

describe('when another incident has claimed the node', () => {
  it('waits until the claim ends', async () => {
    const work = createIncidentUnderTest();
    const claim = claimOf({ incidentId: 'lab.gpu-1.0', expiresAt: work.clock() + 5 * MINUTE });
    await work.cluster.placeClaim('gpu-1', claim, work.clock());
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
  });
});

describe('when the host refuses a command whose token is too old', () => {
  it('counts nothing as tried, and does not quarantine the node', async () => {
    const work = createIncidentUnderTest({ BUSY_SECONDS: '120' });
    work.commands.refusal = 'stale-token';
    await work.start();
    expect(await work.untilAtRest()).toMatchObject({ tried: [], claimed: false });
    expect(new Set(work.acted())).toEqual(new Set(['apply']));
    expect((await work.cluster.getNode('gpu-1'))?.spec.unschedulable).toBeUndefined();
  });

  it('goes on when the host accepts again', async () => {
    const work = createIncidentUnderTest();
    work.commands.refusal = 'busy';
    work.commands.meanwhile = () => {
      if (work.acted().length === 2) work.commands.refusal = undefined;
    };
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(work.acted()).toEqual(['apply', 'apply', 'apply', 'confirm']);
  });
});
