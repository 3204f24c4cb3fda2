import { describe, expect, it } from 'vitest';
import { RestitchError } from '../../../core/restitch-error.ts';
import { PAUSE_LIST, type PauseScope, withoutPause, withPause } from '../../../core/safety/pause.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';
import { answer, createIncidentUnderTest } from './incident-under-test.ts';

type Work = ReturnType<typeof createIncidentUnderTest>;

const gpu1 = { cluster: 'lab', node: 'gpu-1' };
const pause = (work: Work, scope: PauseScope = { type: 'all' }, until: number | null = null) =>
  work.safety.pauses.change(PAUSE_LIST, (list) =>
    withPause(list, { scope, reason: 'a release is going on', by: 'ann', since: work.clock(), until }),
  );
const resume = (work: Work) =>
  work.safety.pauses.change(PAUSE_LIST, (list) => withoutPause(list, { type: 'all' }, work.clock()));
const lastWords = async (work: Work) => (await work.store.readReceipt('lab.gpu-1.1')).at(-1)?.summary;

describe('while everything is paused', () => {
  it('nothing is done, and a person reads why', async () => {
    const work = createIncidentUnderTest();
    await pause(work);
    await work.start();
    expect(await work.untilAtRest()).toMatchObject({ waitsFor: 'paused' });
    expect(work.acted()).toEqual([]);
    expect(await work.events()).not.toContain('claimed');
    expect(await lastWords(work)).toContain('all is paused by ann: a release is going on');
  });

  it('nobody is asked', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    const { send } = work.commands;
    work.commands.send = async (command) => {
      // The next rung would be the bounce, which needs approval.
      if (command.document === 'restart-agent') await pause(work);
      return send(command);
    };
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent']);
    expect(work.messenger.questions).toEqual([]);
  });

  it('the work goes on after the resume', async () => {
    const work = createIncidentUnderTest();
    await pause(work);
    await work.start();
    await work.untilAtRest();
    await resume(work);
    await work.nextRun();
    expect((await work.untilClosed()).outcome).toBe('repaired');
  });

  it('the work goes on after its end', async () => {
    const work = createIncidentUnderTest();
    await pause(work, { type: 'all' }, work.clock() + 60_000);
    await work.start();
    await work.untilAtRest();
    work.advanceSeconds(60);
    await work.nextRun();
    expect((await work.untilClosed()).outcome).toBe('repaired');
  });
});

describe('a pause of', () => {
  it.each([
    ['the cluster', { type: 'cluster', cluster: 'lab' }, []],
    ['the pool', { type: 'pool', pool: 'gpu' }, []],
    ['the class', { type: 'class', class: 'vxlan-wedge' }, []],
    ['another pool', { type: 'pool', pool: 'cpu' }, ['apply', 'confirm']],
  ] as const)('%s', async (_, scope, acted) => {
    const work = createIncidentUnderTest();
    await pause(work, scope);
    await work.start();
    await work.workUntil(({ phase }) => phase === 'closed' || phase === 'handed-over');
    expect(work.acted()).toEqual(acted);
  });
});

describe('a pause that begins while the run waits', () => {
  it('for a person: the yes counts no more', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = ['bounce'];
    await work.start();
    await work.untilAsked();
    await pause(work);
    await answer(work, 'approved');
    await work.untilAtRest();
    expect(work.acted()).not.toContain('bounce');
  });

  it('for the lock of a host: nothing is sent', async () => {
    const work = createIncidentUnderTest();
    const { locks, clock } = work;
    await locks.acquire(
      { cluster: 'lab', node: 'gpu-1' },
      { incidentId: 'lab.gpu-2.1', run: 1 },
      clock(),
      clock() + 40_000,
    );
    await work.start();
    await work.workUntil(({ phase }) => phase === 'repairing');
    work.advanceSeconds(5);
    await pause(work);
    await work.untilAtRest();
    expect(work.acted()).toEqual([]);
    const { tried } = (await work.store.get('lab.gpu-1.1')) ?? {};
    expect(tried).toEqual([]);
  });
});

describe('a pause that begins while the act itself is throttled', () => {
  const throttled = (code: 'ssm' | 'ec2' | 'kubernetes') =>
    new RestitchError(code, 'ThrottlingException', { retryable: true });

  it('by Run Command: the command is not sent, and the rung does not count as tried', async () => {
    const work = createIncidentUnderTest();
    const { send } = work.commands;
    work.commands.send = async (command) => {
      if (command.document !== 'apply') return send(command);
      await pause(work);
      throw throttled('ssm');
    };
    await work.start();
    const { tried } = await work.untilAtRest();
    expect(work.acted()).toEqual([]);
    expect(tried).toEqual([]);
    expect(
      await work.locks.acquire(gpu1, { incidentId: 'lab.gpu-2.1', run: 1 }, work.clock(), work.clock()),
    ).toMatchObject({
      type: 'acquired',
    });
  });

  it('by the API server: the node is not cordoned', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = ['bounce'];
    work.cluster.placeClaim = async () => {
      await pause(work);
      throw throttled('kubernetes');
    };
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback']);
    expect((await work.cluster.getNode('gpu-1'))?.spec.unschedulable).toBeFalsy();
    expect(await work.capacity.read()).toEqual([]);
  });
});

describe('a pause never blocks recovery', () => {
  it('a repair is verified, confirmed and closed, and the node given back', async () => {
    const work = createIncidentUnderTest();
    const { send } = work.commands;
    work.commands.send = async (command) => {
      if (command.document === 'apply') await pause(work);
      return send(command);
    };
    await work.start();
    expect(await work.untilClosed()).toMatchObject({ outcome: 'repaired', claimed: false });
    expect(work.acted()).toEqual(['apply', 'confirm']);
    expect((await work.cluster.getNode('gpu-1'))?.spec.unschedulable).toBeFalsy();
  });

  it('a change that made nothing better is put back', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    const { send } = work.commands;
    work.commands.send = async (command) => {
      if (command.document === 'apply') await pause(work);
      return send(command);
    };
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback']);
  });

  it('a quarantined node that is well again is released', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    await work.start();
    await work.untilAsked();
    await answer(work, 'denied');
    await work.untilAtRest();
    await pause(work);
    work.commands.broken = false;
    await work.nextRun();
    expect((await work.untilClosed()).outcome).toBe('self-recovered');
    expect((await work.cluster.getNode('gpu-1'))?.spec.unschedulable).toBeFalsy();
  });
});

describe('a maintenance window', () => {
  const closed = '0 0 1 1 * UTC 1h';

  it('that is closed lets only the gentlest rung act, and what takes the node out of service', async () => {
    const work = createIncidentUnderTest({ MAINTENANCE_WINDOWS: closed });
    work.commands.heals = [];
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback']);
    expect(await lastWords(work)).toContain('restart-agent waits for the maintenance window of gpu-1, which opens in');
  });

  it('of the node itself counts instead, and one that cannot be read denies', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = [];
    work.cluster.change('gpu-1', (node) => withAnnotations(node, { 'restitch.dev/maintenance-window': 'at night' }));
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback']);
    expect(await lastWords(work)).toContain('the maintenance window of gpu-1 cannot be read');
  });
});
