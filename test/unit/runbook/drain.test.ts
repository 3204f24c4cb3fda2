import { describe, expect, it } from 'vitest';
import type { NodePod } from '../../../core/safety/eviction.ts';
import { PAUSE_LIST, withPause } from '../../../core/safety/pause.ts';
import { answer, createIncidentUnderTest } from './incident-under-test.ts';

type Work = ReturnType<typeof createIncidentUnderTest>;

const podOf = (name: string, parts: Partial<NodePod> = {}): NodePod => ({
  ...{ namespace: 'ml', name, uid: `uid-${name}`, controller: 'ReplicaSet' },
  ...{ mirror: false, finished: false, terminating: false },
  ...parts,
});
const all = [
  podOf('serve-0'),
  podOf('train-0', { controller: 'Job' }),
  podOf('agent', { controller: 'DaemonSet' }),
  podOf('kube-proxy', { mirror: true, controller: 'Node' }),
  podOf('shell', { controller: null }),
  podOf('done', { finished: true }),
  podOf('old', { terminating: true }),
];

/** gpu-1, which nothing heals, is quarantined without being asked about the bounce: the next question is the drain. */
async function untilDrainIsAsked(environment: Readonly<Record<string, string>> = {}, pods: readonly NodePod[] = all) {
  const work = createIncidentUnderTest({ DRAIN: 'by-approval', APPROVAL_TIMEOUT_SECONDS: '60', ...environment });
  work.commands.heals = [];
  work.cluster.pods = pods;
  await work.start();
  await work.workUntil(({ pending }) => pending?.approvalId.includes('.drain.') === true);
  return work;
}
const words = async (work: Work) => (await work.store.readReceipt('lab.gpu-1.1')).map(({ summary }) => summary);
const left = (work: Work) => work.cluster.pods.map(({ name }) => name);

describe('a node that is quarantined, where a drain is by approval', () => {
  it('keeps its pods until a person says yes; then those that a controller starts elsewhere are evicted', {
    timeout: 60_000,
  }, async () => {
    const work = await untilDrainIsAsked({}, all.slice(0, 6));
    expect(left(work)).toHaveLength(6);
    expect(await work.events()).toContain('claimed');
    await answer(work, 'approved');
    await work.untilAtRest();
    expect(left(work)).toEqual(['agent', 'kube-proxy', 'shell', 'done']);
    expect(await words(work)).toContain('gpu-1: 2 pods evicted, 0 stopping; 1 without a controller stay');
    expect((await words(work)).at(-1)).toContain('gpu-1 is quarantined, drained: 2 pods evicted');
    expect((await work.cluster.getNode('gpu-1'))?.spec.unschedulable).toBe(true);
  });

  it('keeps its pods after a no, and stays quarantined', { timeout: 60_000 }, async () => {
    const work = await untilDrainIsAsked();
    await answer(work, 'denied');
    await work.untilAtRest();
    expect(left(work)).toHaveLength(all.length);
    expect((await work.cluster.getNode('gpu-1'))?.spec.unschedulable).toBe(true);
  });

  it('keeps its pods when nobody answers', { timeout: 60_000 }, async () => {
    const work = await untilDrainIsAsked();
    await work.untilAtRest();
    expect(left(work)).toHaveLength(all.length);
  });
});

describe('a pod whose disruption budget refuses', () => {
  const blocked = { type: 'blocked', reason: 'Cannot evict pod' } as const;

  it('is asked about again, and evicted when its budget allows', { timeout: 60_000 }, async () => {
    const work = await untilDrainIsAsked();
    const from = work.clock();
    work.cluster.pods = [podOf('serve-0'), podOf('serve-1')];
    work.cluster.eviction = ({ name }) =>
      name === 'serve-1' && work.clock() < from + 60_000 ? blocked : { type: 'evicted' };
    await answer(work, 'approved');
    await work.untilAtRest();
    expect(left(work)).toEqual([]);
    expect(await words(work)).toContain('gpu-1: 1 pods evicted, 1 stopping; 1 kept by a disruption budget: ml/serve-1');
  });

  it('stays when the time of the drain is over, and a person reads which', { timeout: 60_000 }, async () => {
    const work = await untilDrainIsAsked({ DRAIN_SECONDS: '60' });
    const asked: number[] = [];
    work.cluster.pods = [podOf('serve-0')];
    work.cluster.eviction = () => {
      asked.push(work.clock());
      return blocked;
    };
    await answer(work, 'approved');
    await work.untilAtRest();
    expect(left(work)).toEqual(['serve-0']);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(asked.length).toBeLessThanOrEqual(4);
    expect((await words(work)).at(-1)).toContain(
      'not empty: 0 pods evicted, 0 stopping; 1 kept by a disruption budget',
    );
  });
});

describe('a drain at work ends', () => {
  const endless = async () => {
    const work = await untilDrainIsAsked();
    work.cluster.pods = [podOf('serve-0')];
    work.cluster.eviction = () => ({ type: 'blocked', reason: 'Cannot evict pod' });
    await answer(work, 'approved');
    await work.workUntil(({ timeline }) => timeline?.lines.some(({ event }) => event === 'drained') === true);
    work.cluster.eviction = () => ({ type: 'evicted' });
    return work;
  };

  it('when everything is paused', { timeout: 60_000 }, async () => {
    const work = await endless();
    await work.safety.pauses.change(PAUSE_LIST, (list) =>
      withPause(list, { scope: { type: 'all' }, reason: 'release', by: 'ann', since: 0, until: null }),
    );
    await work.untilAtRest();
    expect(left(work)).toEqual(['serve-0']);
  });

  it('when a person uncordons the node', { timeout: 60_000 }, async () => {
    const work = await endless();
    work.cluster.change('gpu-1', (node) => ({ ...node, spec: { ...node.spec, unschedulable: false } }));
    expect((await work.untilClosed()).outcome).toBe('cancelled');
    expect(left(work)).toEqual(['serve-0']);
  });
});

describe('where draining is off', () => {
  it('the quarantine is the end, and no pod is asked about', { timeout: 60_000 }, async () => {
    const work = createIncidentUnderTest({ APPROVAL_TIMEOUT_SECONDS: '60' });
    work.commands.heals = [];
    work.cluster.pods = all;
    work.cluster.readPods = () => Promise.reject(new Error('must not be read'));
    await work.start();
    await work.untilAtRest();
    expect((await words(work)).at(-1)).toContain('gpu-1 is quarantined');
    expect(left(work)).toHaveLength(all.length);
  });
});
