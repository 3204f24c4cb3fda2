import { describe, expect, it } from 'vitest';
import {
  HEALS_BY_ITSELF_MS,
  type Mark,
  newTrack,
  scoreShadow,
  type TrackRecord,
  trackKey,
  withOutcome,
} from '../../../core/safety/autonomy.ts';

const settings = { toApprove: 3, toAuto: 2 };
const fresh = newTrack({ cluster: 'lab', pool: 'gpu', class: 'vxlan-wedge', stage: 'reconcile' });
let incidents = 0;
const outcomes = (track: TrackRecord, ...marks: Mark[]): TrackRecord =>
  marks.reduce((current, mark) => {
    incidents += 1;
    const outcome = { incidentId: `lab.gpu-1.${incidents}`, at: 1_000, cause: 'fdb-missing', mark };
    return withOutcome(current, outcome, settings) ?? current;
  }, track);

describe('a stage begins in shadow', () => {
  it.each([
    [['right', 'right'], 'shadow'],
    [['right', 'right', 'right'], 'approve'],
    [['right', 'unneeded', 'right', 'open', 'right'], 'approve'],
    [['right', 'right', 'wrong', 'right'], 'shadow'],
    [['right', 'right', 'right', 'healed'], 'approve'],
    [['right', 'right', 'right', 'healed', 'healed'], 'auto'],
  ] as const)('and after %j it is at %s', (marks, level) => {
    expect(outcomes(fresh, ...marks).level).toBe(level);
  });
});

describe('one bad outcome', () => {
  const auto = outcomes(fresh, 'right', 'right', 'right', 'healed', 'healed');

  it.each([
    [['failed'], 'approve'],
    [['failed', 'failed'], 'shadow'],
    [['failed', 'failed', 'failed'], 'shadow'],
    [['healed', 'failed', 'healed'], 'approve'],
    [['failed', 'healed', 'healed'], 'auto'],
  ] as const)('takes back what was earned: %j', (marks, level) => {
    expect(outcomes(auto, ...marks).level).toBe(level);
  });
});

describe('the record', () => {
  const outcome = { incidentId: 'lab.gpu-1.1', at: 1_000, cause: 'fdb-missing' };
  const other = { ...outcome, incidentId: 'lab.gpu-2.1' };
  const having = (...all: Parameters<typeof withOutcome>[1][]) =>
    all.reduce((track, each) => withOutcome(track, each, settings) ?? track, fresh);

  it('begins with nothing counted, under a key of its own', () => {
    const key = { cluster: 'lab', pool: 'gpu', class: 'vxlan-wedge', stage: 'reconcile' } as const;
    const totals = { open: 0, right: 0, wrong: 0, unneeded: 0, healed: 0, failed: 0 };
    expect(fresh).toEqual({ ...key, level: 'shadow', good: 0, totals, decisions: [] });
    expect(trackKey(key)).toBe('lab/gpu/vxlan-wedge/reconcile');
  });

  it('counts each incident for itself, also with the same outcome', () => {
    const track = having({ ...outcome, mark: 'open' }, { ...other, mark: 'open' }, { ...outcome, mark: 'right' });
    expect(track.totals).toMatchObject({ open: 1, right: 1 });
    expect(track.decisions).toEqual([
      { ...other, mark: 'open' },
      { ...outcome, mark: 'right' },
    ]);
    expect(having({ ...outcome, mark: 'right' }, { ...other, mark: 'right' }).totals['right']).toBe(2);
  });

  it('keeps what an incident had before its score, but for the open decision', () => {
    const track = having({ ...outcome, mark: 'right' }, { ...outcome, mark: 'failed' });
    expect(track.decisions.map(({ mark }) => mark)).toEqual(['right', 'failed']);
    expect(track.totals).toMatchObject({ open: 0, right: 1, failed: 1 });
  });

  it('goes on counting at the highest level', () => {
    expect(outcomes(fresh, 'right', 'right', 'right', 'healed', 'healed', 'healed', 'healed', 'healed')).toMatchObject({
      level: 'auto',
      good: 3,
    });
  });

  it('counts an outcome of an incident once', () => {
    const once = withOutcome(fresh, { ...outcome, mark: 'right' }, settings) ?? fresh;
    expect(withOutcome(once, { ...outcome, mark: 'right' }, settings)).toBeUndefined();
  });

  it('replaces an open decision by its score', () => {
    const open = withOutcome(fresh, { ...outcome, mark: 'open' }, settings) ?? fresh;
    expect(open.totals).toMatchObject({ open: 1, right: 0 });
    const scored = withOutcome(open, { ...outcome, mark: 'right' }, settings) ?? open;
    expect(scored.totals).toMatchObject({ open: 0, right: 1 });
    expect(scored.decisions).toEqual([{ ...outcome, mark: 'right' }]);
    expect(withOutcome(scored, { ...outcome, mark: 'open' }, settings)).toBeUndefined();
  });

  it('stays small', () => {
    const many = outcomes(fresh, ...Array.from({ length: 80 }, (): Mark => 'right'));
    expect(many.decisions).toHaveLength(50);
    expect(many.decisions.at(-1)?.incidentId).toBe(`lab.gpu-1.${incidents}`);
    expect(many.totals['right']).toBe(80);
  });
});

describe('a decision that was not carried out was', () => {
  it.each([
    ['unneeded, where the node healed at once', HEALS_BY_ITSELF_MS - 1, false, 'unneeded'],
    ['right, where only somebody’s help ended it', HEALS_BY_ITSELF_MS, false, 'right'],
    ['wrong, where the node is well and what was blamed is still there', HEALS_BY_ITSELF_MS, true, 'wrong'],
  ])('%s', (_, after, stillDiffers, score) => {
    expect(scoreShadow({ decidedAt: 1_000, healthyAt: 1_000 + after, stillDiffers })).toBe(score);
  });
});
