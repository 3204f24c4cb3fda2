import { describe, expect, it } from 'vitest';
import { createFleetUnderTest } from './fleet-under-test.ts';
import { answer, createIncidentUnderTest } from './incident-under-test.ts';

/** Only a bounce heals, and a person is asked before it. */
function createAsking(environment: Readonly<Record<string, string>> = {}) {
  const work = createIncidentUnderTest(environment);
  work.commands.heals = ['bounce'];
  return work;
}

describe('before a person is asked', () => {
  it('the capacity is reserved, so that a yes finds room', async () => {
    const work = createAsking();
    await work.start();
    await work.untilAsked();
    expect(await work.capacity.read()).toMatchObject([{ node: 'gpu-1', incidentId: 'lab.gpu-1.1' }]);
    await answer(work, 'approved');
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(await work.capacity.read()).toEqual([]);
  });

  it('of several incidents in a pool with room for one only one asks at a time', async () => {
    const work = createFleetUnderTest(3);
    work.commands.heals = ['bounce'];
    const asked: number[] = [];
    const { listPending } = work.approvals;
    work.approvals.listPending = async () => {
      const pending = await listPending();
      asked.push(pending.length);
      return pending;
    };
    await work.start();
    await work.workUntilAll(({ phase }) => phase === 'closed');
    expect(Math.max(...asked)).toBe(1);
  });
});

describe('the reserved capacity is free again', () => {
  it('after a no', async () => {
    const work = createAsking();
    await work.start();
    await work.untilAsked();
    await answer(work, 'denied');
    await work.untilAtRest();
    expect(await work.capacity.read()).toEqual([]);
  });

  it('when nobody answers, before the next rung', async () => {
    const work = createAsking({ APPROVE_QUARANTINE: 'true' });
    const freed: number[] = [];
    const { update } = work.capacity;
    work.capacity.update = async (change) => {
      const slots = await update(change);
      freed.push(slots.length);
      return slots;
    };
    await work.start();
    const { pending } = await work.untilAsked();
    await work.workUntil((now) => now.pending !== null && now.pending.approvalId !== pending?.approvalId);
    expect(freed).toContain(0);
  });

  it('when the node heals while a person thinks', async () => {
    const work = createAsking();
    await work.start();
    const asked = await work.untilAsked();
    work.commands.broken = false;
    await work.engine.completeCallback(asked.pending?.callbackId ?? '', { type: 'signal' });
    await work.untilClosed();
    expect(await work.capacity.read()).toEqual([]);
  });
});

describe('a node that heals while a person thinks, and does not stay healthy', () => {
  it('is asked about again: the question that was withdrawn is not taken for one that nobody answered', async () => {
    const work = createAsking();
    await work.start();
    const asked = await work.untilAsked();
    work.commands.broken = false;
    await work.engine.completeCallback(asked.pending?.callbackId ?? '', { type: 'signal' });
    await work.workUntil(({ diagnosis }) => diagnosis === 'healthy');
    work.commands.broken = true;
    const again = await work.workUntil(
      ({ pending }) => pending !== null && pending.approvalId !== asked.pending?.approvalId,
    );
    expect(again.tried.map(({ stage }) => stage)).not.toContain('bounce');
  });
});

describe('a quarantined node', () => {
  it('keeps its place in the budget through later runs, because it is out of service, and gives it back when it is well', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    work.commands.lost = () => false;
    await work.start();
    await work.untilAsked();
    work.advanceSeconds(900);
    await work.untilAtRest();
    expect(await work.capacity.read()).toMatchObject([{ node: 'gpu-1' }]);
    await work.nextRun();
    await work.untilAtRest();
    expect(await work.capacity.read()).toMatchObject([{ node: 'gpu-1' }]);
    work.commands.broken = false;
    await work.nextRun();
    await work.untilClosed();
    expect(await work.capacity.read()).toEqual([]);
  });
});
