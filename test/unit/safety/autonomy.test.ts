import { describe, expect, it } from 'vitest';
import {
  HEALS_BY_ITSELF_MS,
  type Mark,
  newTrack,
  scoreShadow,
  type TrackRecord,
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
