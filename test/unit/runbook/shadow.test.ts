import { describe, expect, it } from 'vitest';
import type { TrackRecord } from '../../../core/safety/autonomy.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

type Work = ReturnType<typeof createIncidentUnderTest>;

const reconcileTrack = async (work: Work): Promise<TrackRecord | undefined> =>
  (await work.safety.tracks.list()).find(({ stage }) => stage === 'reconcile');
const seedTrack = (work: Work, stage: TrackRecord['stage'], level: TrackRecord['level']) =>
  work.safety.tracks.change(`lab/gpu/vxlan-wedge/${stage}`, () => ({
    cluster: 'lab',
    pool: 'gpu',
    class: 'vxlan-wedge',
    stage,
    level,
    good: 0,
    totals: { open: 0, right: 0, wrong: 0, unneeded: 0, healed: 0, failed: 0 },
    decisions: [],
  }));

describe('in shadow mode', () => {
  it('a run decides, records and posts, and does nothing', async () => {
    const work = createIncidentUnderTest({ REPAIR_MODE: 'shadow' });
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual([]);
    expect(work.messenger.questions).toEqual([]);
    expect(await work.events()).toEqual(['diagnosis', 'guard', 'shadow', 'handed-over']);
    const node = await work.cluster.getNode('gpu-1');
    expect([node?.spec.unschedulable, node?.spec.taints, node?.metadata.annotations['restitch.dev/claim']]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const posted = work.messenger.notices.flatMap(({ notice }) => notice.timeline);
    expect(posted.some((line) => line.includes('shadow: would reconcile gpu-1 now, and does not'))).toBe(true);
    expect(await reconcileTrack(work)).toMatchObject({ totals: { open: 1 }, level: 'shadow' });
  });

  it('is what a first deployment is in', async () => {
    const { SettingsEnvironment } = await import('../../../functions/runbook/config.ts');
    expect(SettingsEnvironment.parse({}).REPAIR_MODE).toBe('shadow');
  });

  it.each([
    ['right, where somebody mended it later', 700, 'right'],
    ['unneeded, where it healed by itself at once', 60, 'unneeded'],
  ])('a decision is scored %s', async (_, seconds, mark) => {
    const work = createIncidentUnderTest({ REPAIR_MODE: 'shadow' });
    await work.start();
    await work.untilAtRest();
    work.advanceSeconds(seconds);
    work.commands.broken = false;
    await work.nextRun();
    expect((await work.untilClosed()).outcome).toBe('self-recovered');
    expect(await reconcileTrack(work)).toMatchObject({ totals: { open: 0, [mark]: 1 } });
  });

  it('a decision is scored wrong, where the node is well and what it would have changed is not', async () => {
    const work = createIncidentUnderTest({ REPAIR_MODE: 'shadow' });
    await work.start();
    await work.untilAtRest();
    work.advanceSeconds(700);
    work.commands.broken = false;
    // Every path passes, although the forwarding entries are still missing.
    work.commands.reads = (evidence, host) => (host === 'gpu-1' ? { ...evidence, fdb: [] } : evidence);
    await work.nextRun();
    await work.workUntil(({ phase }) => phase === 'closed' || phase === 'handed-over');
    expect(await reconcileTrack(work)).toMatchObject({ totals: { open: 0, wrong: 1 } });
  });

  it('looking twice counts one decision', async () => {
    const work = createIncidentUnderTest({ REPAIR_MODE: 'shadow' });
    await work.start();
    await work.untilAtRest();
    await work.nextRun();
    await work.untilAtRest();
    expect(await reconcileTrack(work)).toMatchObject({ totals: { open: 1 } });
  });
});

describe('where autonomy is earned', () => {
  const earned = { EARNED_AUTONOMY: 'true', AUTONOMY_TO_AUTO: '1' };

  it('a stage without a record does nothing', async () => {
    const work = createIncidentUnderTest(earned);
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual([]);
  });

  it('a stage at the level approve asks, even the gentlest, and rises when it heals', async () => {
    const work = createIncidentUnderTest(earned);
    await seedTrack(work, 'reconcile', 'approve');
    await work.start();
    await work.untilAsked();
    expect(work.acted()).toEqual([]);
    const { answer } = await import('./incident-under-test.ts');
    await answer(work, 'approved');
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(await reconcileTrack(work)).toMatchObject({ level: 'auto', totals: { healed: 1 } });
  });

  it('a stage at the level auto acts unasked, and falls back after one bad outcome', async () => {
    const work = createIncidentUnderTest(earned);
    work.commands.heals = [];
    await seedTrack(work, 'reconcile', 'auto');
    await work.start();
    await work.untilAtRest();
    expect(work.acted()).toEqual(['apply', 'rollback']);
    expect(work.messenger.questions).toEqual([]);
    expect(await reconcileTrack(work)).toMatchObject({ level: 'approve', totals: { failed: 1 } });
  });

  it('even a stage that the runbook asks for has earned it, in its own pool and class', async () => {
    const work = createIncidentUnderTest(earned);
    work.commands.heals = ['bounce'];
    for (const stage of ['reconcile', 'restart-agent', 'bounce'] as const) await seedTrack(work, stage, 'auto');
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(work.messenger.questions).toEqual([]);
    expect(work.acted()).toContain('bounce');
  });
});
