import { describe, expect, it } from 'vitest';
import { dispatch } from '../../../functions/dispatch/dispatch.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { openIncident } from '../../fakes/open-incident.ts';
import { workItemOf } from '../../fakes/sample-records.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

const target = { cluster: 'lab', node: 'gpu-99' };
const firing = workItemOf({ target });
const DAY_SECONDS = 24 * 3_600;

function setUp() {
  const work = createIncidentUnderTest();
  const ports = { ...work, directory: createInMemoryNodeDirectory() };
  const latest = () => work.store.getLatest(target);
  return {
    ...work,
    latest,
    send: async (item: typeof firing) => {
      const outcome = await dispatch(item, ports);
      await work.engine.idle();
      return outcome;
    },
    /** Another run, as sweep starts it for an incident at rest. */
    recheck: async () => {
      const open = await openIncident(work.store, target);
      if (open === undefined) throw new Error('nothing is open');
      await work.store.update(open.incidentId, ({ run, ...rest }) => ({ ...rest, run: run + 1, phase: 'diagnosing' }));
      await work.engine.start(`recheck-${open.run + 1}`, { incidentId: open.incidentId, run: open.run + 1 });
      await work.engine.idle();
    },
  };
}

describe('an alert about a node that the cluster does not have', () => {
  it('waits for a person while it fires', async () => {
    const work = setUp();
    await work.send(firing);
    expect(await work.latest()).toMatchObject({ phase: 'handed-over' });
    expect(work.commands.sent).toEqual([]);
  });

  it('ends its incident when it is resolved', async () => {
    const work = setUp();
    await work.send(firing);
    expect(await work.send({ ...firing, status: 'resolved' })).toBe('attached');
    expect(await work.latest()).toMatchObject({ phase: 'closed', outcome: 'no-target' });
  });

  it('ends it not before the last of its alerts is resolved', async () => {
    const work = setUp();
    await work.send(firing);
    await work.send({ ...firing, fingerprint: 'other' });
    await work.send({ ...firing, status: 'resolved' });
    expect(await work.latest()).toMatchObject({ phase: 'handed-over' });
    await work.send({ ...firing, fingerprint: 'other', status: 'resolved' });
    expect(await work.latest()).toMatchObject({ phase: 'closed', outcome: 'no-target' });
  });

  it.each([
    [DAY_SECONDS - 1, 'handed-over'],
    [DAY_SECONDS, 'closed'],
  ])('that is never resolved: a look after %i s leaves it %s', async (seconds, phase) => {
    const work = setUp();
    await work.send(firing);
    work.clockHand.advanceSeconds(seconds);
    await work.recheck();
    expect(await work.latest()).toMatchObject({ phase });
  });
});

describe('an incident of a cluster that is not configured', () => {
  it('is not worked on, whatever its node is called', async () => {
    const work = createIncidentUnderTest({ CLUSTERS: 'other' });
    await work.start();
    expect(await work.untilAtRest()).toMatchObject({ phase: 'handed-over' });
    expect(work.commands.sent).toEqual([]);
    expect((await work.store.readReceipt('lab.gpu-1.1')).at(-1)?.summary).toContain('cluster lab is not configured');
  });
});
