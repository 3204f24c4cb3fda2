import { describe, expect, it } from 'vitest';
import { newBreakers, resetBreaker, tripBreaker } from '../../../core/safety/breaker.ts';
import { dispatch } from '../../../functions/dispatch/dispatch.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { incidentOf, workItemOf } from '../../fakes/sample-records.ts';
import { createFleetUnderTest } from './fleet-under-test.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

type Work = ReturnType<typeof createIncidentUnderTest>;

const lastWords = async (work: Work) => (await work.store.readReceipt('lab.gpu-1.1')).at(-1)?.summary;
const statesOf = async (work: Work) => Object.keys((await work.safety.breakers.get('lab'))?.tripped ?? {});

/** Five nodes of the pool look broken already, and gpu-1 is the sixth. */
async function afterFive(environment: Readonly<Record<string, string>> = {}): Promise<Work> {
  const work = createIncidentUnderTest({ BREAKER_MIN_NODES: '5', BREAKER_MAX_PERCENT: '0', ...environment });
  const broken = ['a', 'b', 'c', 'd', 'e'].map((node) => ({ node, at: work.clock(), scopes: ['pool=gpu'] }));
  await work.safety.breakers.change('lab', () => ({ ...newBreakers('lab'), broken }));
  return work;
}

describe('when too many nodes of a pool look broken at once', () => {
  it('nothing is done to the next one, and its breaker is open', async () => {
    const work = await afterFive();
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual([]);
    expect(await statesOf(work)).toEqual(['pool=gpu']);
    expect(await lastWords(work)).toContain('the breaker pool=gpu is open: 6 of 2 nodes look broken within 600 s');
  });

  it('a later run with the gentlest rung is the canary, and closes it', async () => {
    const work = await afterFive({ BREAKER_RETRY_SECONDS: '60' });
    await work.start();
    await work.untilAtRest();
    work.advanceSeconds(60);
    await work.nextRun();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(await statesOf(work)).toEqual([]);
  });

  it('a canary that is not healed opens it anew, and climbs no further', async () => {
    const work = await afterFive({ BREAKER_RETRY_SECONDS: '60' });
    work.commands.heals = [];
    await work.start();
    await work.untilAtRest();
    work.advanceSeconds(60);
    await work.nextRun();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback']);
    expect(await statesOf(work)).toEqual(['pool=gpu']);
    expect(await lastWords(work)).toContain('the breaker pool=gpu is open');
  });

  it('a node that is well again is closed all the same', async () => {
    const work = await afterFive();
    await work.start();
    await work.untilAtRest();
    work.commands.broken = false;
    await work.nextRun();
    expect((await work.untilClosed()).outcome).toBe('self-recovered');
  });
});

describe('a breaker that a person trips', () => {
  it('in the middle of a repair stops no verification, and no release', async () => {
    const work = createIncidentUnderTest();
    const { send } = work.commands;
    work.commands.send = async (command) => {
      if (command.document === 'apply')
        await work.safety.breakers.change('lab', (record) =>
          tripBreaker(record ?? newBreakers('lab'), 'cluster=lab', { by: 'ann', reason: 'a bad rule' }, work.clock()),
        );
      return send(command);
    };
    await work.start();
    expect(await work.untilClosed()).toMatchObject({ outcome: 'repaired', claimed: false });
    expect(await statesOf(work)).toEqual(['cluster=lab']);
  });

  it('stays open until it is reset by hand, which drops what waited', async () => {
    const work = createIncidentUnderTest({ BREAKER_RETRY_SECONDS: '60' });
    const trip = { by: 'ann', reason: 'a bad rule' };
    await work.safety.breakers.change('lab', () => tripBreaker(newBreakers('lab'), 'cluster=lab', trip, work.clock()));
    await work.start();
    await work.untilAtRest();
    work.advanceSeconds(3_600);
    await work.nextRun();
    await work.untilAtRest();
    expect(work.acted()).toEqual([]);
    const record = await work.safety.breakers.get('lab');
    expect(record && resetBreaker(record, 'cluster=lab').dropped).toEqual(['gpu-1']);
  });
});

describe('a bad alert rule that fires for every node', () => {
  const all = ['gpu-1', 'gpu-2', 'hub-1', 'cloud-1'];

  async function alertFor(work: Work, nodes: readonly string[]) {
    const directory = createInMemoryNodeDirectory();
    for (const node of nodes) {
      const target = { cluster: 'lab', node };
      work.store.seed(incidentOf({ target, incidentId: `lab.${node}.1`, phase: 'closed', closedAt: 1 }));
      await dispatch(workItemOf({ target, fingerprint: node, receivedAt: work.clock() }), { ...work, directory });
    }
    for (const node of nodes) {
      const target = { cluster: 'lab', node };
      for (let second = 0; second < 900; second++) {
        await work.engine.idle();
        const { phase } = (await work.store.getLatest(target)) ?? {};
        if (phase === 'closed' || phase === 'handed-over') break;
        work.advanceSeconds(1);
        work.engine.tick();
      }
    }
    const ended = await Promise.all(nodes.map((node) => work.store.getLatest({ cluster: 'lab', node })));
    return ended.map((incident) => incident?.outcome ?? incident?.phase);
  }

  it('touches nothing where nothing is broken', async () => {
    const work = createIncidentUnderTest();
    work.commands.broken = false;
    expect(await alertFor(work, all)).toEqual(all.map(() => 'self-recovered'));
    expect(work.acted()).toEqual([]);
  });

  it('stops at the breaker where all of them look broken', async () => {
    const fleet = createFleetUnderTest(30, { BREAKER_MIN_NODES: '5', BREAKER_MAX_PERCENT: '10' });
    await fleet.start();
    await fleet.workUntilAll(({ phase }) => phase === 'closed' || phase === 'handed-over');
    expect(fleet.acted('apply')).toBeLessThanOrEqual(5);
    expect([fleet.acted('restart-agent'), fleet.acted('bounce'), await fleet.claimed()]).toEqual([0, 0, []]);
    expect(fleet.messenger.questions).toEqual([]);
    const tripped = (await fleet.safety.breakers.get('lab'))?.tripped ?? {};
    expect(Object.keys(tripped)).toContain('cluster=lab');
    expect(tripped['cluster=lab']?.held.length).toBeGreaterThanOrEqual(24);
  });
});
