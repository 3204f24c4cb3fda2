import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../core/incident/incident.ts';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { claimOf } from '../../fakes/node-object.ts';
import { incidentOf } from '../../fakes/sample-records.ts';
import { answer, createIncidentUnderTest } from './incident-under-test.ts';

type Work = ReturnType<typeof createIncidentUnderTest>;

const setCordon = (work: Work, unschedulable: boolean) =>
  work.cluster.change('gpu-1', (node) => ({ ...node, spec: { ...node.spec, unschedulable } }));
const nodeOf = async (work: Work) => {
  const node = await work.cluster.getNode('gpu-1');
  if (node === undefined) throw new Error('no gpu-1');
  return node;
};

/** The next incident of the node, as dispatch opens it. */
async function nextEpisode(work: Work): Promise<Incident> {
  const next = incidentOf({ target: { cluster: 'lab', node: 'gpu-1' }, incidentId: 'lab.gpu-1.2', sequence: 2 });
  work.store.seed(next);
  await work.engine.start('lab_gpu-1_2-1', { incidentId: next.incidentId, run: 1 });
  return work.workUntil(({ phase }) => phase === 'handed-over', next.incidentId);
}

describe('when a person lifts the cordon while a stage is at work', () => {
  const uncordoned = async () => {
    const work = createIncidentUnderTest({ COOL_OFF_SECONDS: '3600' });
    work.commands.heals = [];
    work.commands.meanwhile = (document) => {
      if (document === 'restart-agent') setCordon(work, false);
    };
    await work.start();
    await work.untilClosed();
    return work;
  };

  it('ends the incident as cancelled, without our marks on the node', async () => {
    const work = await uncordoned();
    expect(await work.store.get('lab.gpu-1.1')).toMatchObject({ outcome: 'cancelled', claimed: false });
    expect(work.acted()).toEqual(['apply', 'rollback', 'restart-agent']);
    expect(readClaim(await nodeOf(work))).toEqual({ type: 'none' });
    expect((await nodeOf(work)).spec.unschedulable).not.toBe(true);
    expect(await work.capacity.read()).toEqual([]);
  });

  it('leaves the node alone in the next episode, until the cool-off is over', async () => {
    const work = await uncordoned();
    work.commands.meanwhile = () => undefined;
    const before = work.acted().length;
    await nextEpisode(work);
    const second = await work.store.readReceipt('lab.gpu-1.2');
    expect(second.map(({ event }) => event)).toContain('handed-over');
    expect(second.at(-1)?.summary).toContain('a person uncordoned the node');
    expect(work.acted()).toHaveLength(before);
    expect((await nodeOf(work)).spec.unschedulable).not.toBe(true);

    await work.sleep(3_600_000);
    work.commands.heals = ['apply'];
    await work.store.update('lab.gpu-1.2', (incident) => ({ ...incident, run: 2, phase: 'diagnosing' }));
    await work.engine.start('lab_gpu-1_2-2', { incidentId: 'lab.gpu-1.2', run: 2 });
    const ended = await work.workUntil(({ phase }) => phase === 'closed', 'lab.gpu-1.2');
    expect(ended.outcome).toBe('repaired');
  });
});

describe('when a person lifts the cordon of a quarantined node while a question waits', () => {
  it('ends within half a minute, withdraws the question, and a click on it changes nothing', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = ['bounce'];
    await work.cluster.placeClaim(
      'gpu-1',
      claimOf({ stackId: 'restitch', incidentId: 'lab.gpu-1.1', level: 'quarantined', expiresAt: 2e12 }),
      work.clock(),
    );
    await work.store.update('lab.gpu-1.1', (incident) => ({ ...incident, claimed: true }));
    await work.start();
    const asked = await work.untilAsked();
    expect(asked.tried.map(({ stage }) => stage)).toContain('reconcile');
    const uncordonedAt = work.clock();
    setCordon(work, false);
    expect((await work.untilClosed()).outcome).toBe('cancelled');
    expect(work.clock() - uncordonedAt).toBeLessThanOrEqual(30_000);
    expect(work.messenger.settled.at(-1)?.status).toBe('withdrawn');
    await expect(answer(work, 'approved')).rejects.toThrow('already');
    expect(work.acted()).not.toContain('bounce');
  });
});

describe('when the Node is created anew between the question and the click', () => {
  it('takes the approval as void, and asks again about the new one', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = ['bounce'];
    const setUid = (uid: string) =>
      work.cluster.change('gpu-1', (node) => ({ ...node, metadata: { ...node.metadata, uid } }));
    setUid('uid-1');
    await work.start();
    const { pending } = await work.untilAsked();
    setUid('uid-2');
    await answer(work, 'approved');
    await work.workUntil(
      (incident) => incident.pending !== null && incident.pending.approvalId !== pending?.approvalId,
    );
    expect(work.acted()).not.toContain('bounce');
    expect(work.messenger.questions).toHaveLength(2);
    await answer(work, 'approved');
    expect((await work.untilClosed()).outcome).toBe('repaired');
  });

  it('does not act on the new one either when it is created anew after the last look', async () => {
    const work = createIncidentUnderTest();
    const { getNode } = work.cluster;
    work.cluster.getNode = async (name) => {
      const node = await getNode(name);
      return node === undefined ? undefined : { ...node, metadata: { ...node.metadata, uid: 'uid-2' } };
    };
    work.cluster.change('gpu-1', (node) => ({ ...node, metadata: { ...node.metadata, uid: 'uid-1' } }));
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual([]);
    expect(await work.events()).not.toContain('climbed');
  });
});
