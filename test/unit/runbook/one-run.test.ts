import { describe, expect, it } from 'vitest';
import { rememberAct } from '../../../core/safety/memory.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

const ID = 'lab.gpu-1.1';
const FIRST_RUN = 'lab_gpu-1_1-1';

function setUp() {
  const work = createIncidentUnderTest();
  return {
    ...work,
    /** What sweep does with an incident whose execution it does not find. */
    nextRun: async () => {
      const updated = await work.store.update(ID, ({ run, ...rest }) => ({
        ...rest,
        run: run + 1,
        phase: 'diagnosing',
      }));
      return updated?.run ?? 0;
    },
    startLate: () => work.engine.start(FIRST_RUN, { incidentId: ID, run: 1 }),
  };
}

describe('the start of run 1, delayed until run 2 has begun', () => {
  it('leaves without a look, a command or a question', async () => {
    const work = setUp();
    await work.nextRun();
    await work.startLate();
    await work.engine.idle();
    expect(await work.engine.describe(FIRST_RUN)).toMatchObject({ status: 'succeeded' });
    expect(work.commands.sent).toEqual([]);
    expect(await work.store.readReceipt(ID)).toEqual([]);
    expect(await work.store.get(ID)).toMatchObject({ run: 2, phase: 'diagnosing' });
  });

  it('adds nothing to what run 2 does: one repair, one question', async () => {
    const work = setUp();
    work.commands.heals = [];
    await work.nextRun();
    await work.start();
    await work.startLate();
    await work.untilAsked();
    const after = work.clock() + 120_000;
    await work.workUntil(() => work.clock() > after);
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent']);
    expect(work.messenger.questions).toHaveLength(1);
  });
});

describe('a run whose predecessor was only taken for dead', () => {
  it('waits while the command of that one is at work on the host', async () => {
    const work = setUp();
    const operationKey = `${ID}.reconcile.1-9`;
    const { findCommand, result } = work.commands;
    let atWork = true;
    Object.assign(work.commands, {
      findCommand: async (key: string, instanceId: string) =>
        key === operationKey ? 'earlier' : findCommand(key, instanceId),
      result: async (commandId: string, instanceId: string) => {
        if (commandId !== 'earlier') return result(commandId, instanceId);
        return atWork ? { status: 'running' } : { status: 'not-delivered', reason: 'the host was gone' };
      },
    });
    const act = { at: work.clock(), operationKey, incidentId: ID, run: 1, pool: 'gpu', outcome: null };
    await work.safety.memories.change('lab/gpu-1', (memory) =>
      rememberAct(memory, { ...act, stage: 'reconcile', class: 'vxlan-wedge', cause: 'fdb-missing' }),
    );
    await work.nextRun();
    await work.start();
    const after = work.clock() + 45_000;
    await work.workUntil(() => work.clock() > after);
    expect(work.acted()).toEqual([]);
    const receipt = await work.store.readReceipt(ID);
    expect(receipt.map(({ summary }) => summary)).toContain(
      'reconcile has to wait: reconcile of an earlier run is still at work on gpu-1',
    );
    atWork = false;
    await work.untilClosed();
    expect(work.acted()).toEqual(['apply', 'confirm']);
  });
});

describe('a run that is overtaken', () => {
  it('while it waits for the lock does not act', async () => {
    const work = setUp();
    const { acquire } = work.locks;
    work.locks.acquire = async (...args) => {
      await work.nextRun();
      return acquire(...args);
    };
    await work.start();
    await work.engine.idle();
    expect(await work.engine.describe(FIRST_RUN)).toMatchObject({ status: 'succeeded' });
    expect(work.acted()).toEqual([]);
  });

  it('while it asks takes its question back, and leaves the later run alone', async () => {
    const work = setUp();
    work.commands.heals = [];
    await work.start();
    const { pending } = await work.untilAsked();
    const actedBefore = work.acted();
    await work.nextRun();
    const own = { callbackId: 'of run 2', approvalId: 'of run 2' };
    await work.store.update(ID, (current) => ({ ...current, pending: own }));
    await work.engine.completeCallback(pending?.callbackId ?? '', { type: 'signal' });
    await work.engine.idle();
    expect(await work.engine.describe(FIRST_RUN)).toMatchObject({ status: 'succeeded' });
    expect((await work.approvals.get(pending?.approvalId ?? ''))?.status).toBe('withdrawn');
    expect(work.acted()).toEqual(actedBefore);
    expect(await work.store.get(ID)).toMatchObject({ run: 2, phase: 'diagnosing', pending: own });
  });
});
