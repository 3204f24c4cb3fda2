import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../core/runbook/runbook.ts';
import { guardStage } from '../../../core/safety/guards/guard-stage.ts';
import type { StageSnapshot } from '../../../core/safety/guards/stage-snapshot.ts';
import type { Standing } from '../../../core/safety/guards/standing.ts';
import type { WindowReading } from '../../../core/safety/maintenance-window.ts';
import { quietStanding } from '../../fakes/quiet-standing.ts';
import { bounce, snapshot, stage } from '../../fakes/stage-snapshot.ts';

describe('a person’s word', () => {
  const handsOff = { by: 'ann', stage: 'bounce', at: 0 };
  const hold = (until: number) => ({ until, reason: 'a person uncordoned the node', incidentId: 'lab.gpu-1.0' });

  it.each<[string, Partial<StageSnapshot>, string, string]>([
    ['a no to this incident', { handsOff }, 'person', 'ann denied bounce: hands off'],
    [
      'a node that was taken back',
      { hold: hold(1_001) },
      'person',
      'a person uncordoned the node: hands off for 1 min',
    ],
    [
      'a pause',
      {
        standing: quietStanding({
          pauses: { pauses: [{ scope: { type: 'all' }, reason: 'a release', by: 'ann', since: 0, until: null }] },
        }),
      },
      'paused',
      'all is paused by ann: a release',
    ],
  ])('stands: %s', (_, change, guard, reason) => {
    expect(guardStage(snapshot(change))).toMatchObject({ verdict: { type: 'deny', reason }, guard });
  });

  it('stands no longer than it was given for', () => {
    expect(guardStage(snapshot({ hold: hold(1_000) })).verdict).toEqual({ type: 'allow' });
  });
});

describe('the maintenance window', () => {
  const windowed = (...readings: WindowReading[]) =>
    quietStanding({ windows: readings.map((reading, index) => ({ host: `gpu-${index + 1}`, reading })) });
  const closed = (opensAt: number | null): WindowReading => ({ type: 'closed', opensAt });
  const said = (standing: Standing, change: Partial<StageSnapshot> = bounce) =>
    guardStage(snapshot({ ...change, standing })).decisions.find(({ guard }) => guard === 'maintenance')?.verdict;

  it('of every host counts, and a closed one says when it opens', () => {
    const open: WindowReading = { type: 'open', until: 9_000 };
    expect(said(windowed({ type: 'none' }, open))).toEqual({ type: 'allow' });
    expect(said(windowed(open, closed(61_000)))).toEqual({
      type: 'deny',
      reason: 'bounce waits for the maintenance window of gpu-2, which opens in 1 min',
    });
    expect(said(windowed(closed(61_001)))).toMatchObject({ reason: expect.stringContaining('opens in 2 min') });
    expect(said(windowed(closed(null)))).toMatchObject({ reason: expect.stringContaining('never opens again') });
  });

  it('that cannot be read denies', () => {
    expect(said(windowed({ type: 'unreadable', reason: 'no cron' }))).toEqual({
      type: 'deny',
      reason: 'the maintenance window of gpu-1 cannot be read: no cron',
    });
  });

  it('is not asked for what disturbs nobody', () => {
    expect(said(windowed(closed(null)), {})).toEqual({ type: 'allow' });
  });
});

describe('who is asked before a stage', () => {
  const auto = quietStanding({ autonomy: { mode: 'act', earned: true, level: 'auto' } });
  const said = (approval: Stage['approval'], change: Partial<StageSnapshot> = {}) =>
    guardStage(snapshot({ ...change, stage: { ...stage('reconcile'), approval } })).decisions.find(
      ({ guard }) => guard === 'approval',
    )?.verdict;

  it.each<[Stage['approval'], Partial<StageSnapshot>, string | undefined]>([
    ['none', {}, undefined],
    ['none', { approveByPolicy: true }, undefined],
    ['by-policy', {}, undefined],
    ['by-policy', { approveByPolicy: true }, 'the policy asks before reconcile'],
    ['required', {}, 'reconcile always needs approval'],
    ['required', { standing: auto }, undefined],
    [
      'required',
      { standing: quietStanding({ autonomy: { mode: 'act', earned: true, level: 'approve' } }) },
      'reconcile always needs approval',
    ],
    [
      'required',
      { standing: quietStanding({ autonomy: { mode: 'act', earned: false, level: 'auto' } }) },
      'reconcile always needs approval',
    ],
    ['always', { standing: auto }, 'reconcile always needs approval'],
    ['always', { approvalRules: [{ ask: 'nobody' }] }, 'reconcile always needs approval'],
    ['required', { approvalRules: [{ ask: 'nobody' }] }, undefined],
    ['none', { approvalRules: [{ ask: 'one' }] }, 'an approval rule asks before reconcile'],
    ['none', { approvalRules: [{ ask: 'two' }], standing: auto }, 'an approval rule asks before reconcile'],
    ['none', { approvalRules: [{ onExpiry: 'hold' }] }, undefined],
    ['none', { approvalRules: [{ ask: 'one', class: 'missing-route' }] }, undefined],
  ])('that says %s: %#', (approval, change, reason) => {
    expect(said(approval, change)).toEqual(reason === undefined ? { type: 'allow' } : { type: 'ask', reason });
  });
});

describe('autonomy that must be earned', () => {
  it.each<[Standing['autonomy'], object]>([
    [{ mode: 'act', earned: false, level: 'shadow' }, { type: 'allow' }],
    [{ mode: 'act', earned: true, level: 'auto' }, { type: 'allow' }],
    [
      { mode: 'act', earned: true, level: 'approve' },
      { type: 'ask', reason: 'reconcile has not earned to act unasked here' },
    ],
    [
      { mode: 'act', earned: true, level: 'shadow' },
      { type: 'shadow', reason: 'reconcile has not earned to act here' },
    ],
    [
      { mode: 'shadow', earned: false, level: 'auto' },
      { type: 'shadow', reason: 'REPAIR_MODE is shadow' },
    ],
  ])('at %j', (autonomy, verdict) => {
    expect(guardStage(snapshot({ standing: quietStanding({ autonomy }) })).verdict).toEqual(verdict);
  });

  it('asks nobody in shadow, and what is forbidden is forbidden first', () => {
    const standing = quietStanding({ autonomy: { mode: 'shadow', earned: false, level: 'shadow' } });
    expect(guardStage(snapshot({ ...bounce, standing }))).toMatchObject({
      verdict: { type: 'shadow' },
      guard: 'autonomy',
    });
    const unsure = { ...snapshot().diagnosis, confidence: 0.1 };
    expect(guardStage(snapshot({ standing, diagnosis: unsure })).guard).toBe('diagnosis');
  });
});
