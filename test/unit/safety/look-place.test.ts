import { describe, expect, it } from 'vitest';
import { areAlone, firstPlaces, furtherPlaces, type LookPlace, leave, take } from '../../../core/safety/look-place.ts';

const NOW = 1_800_000_000_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const mine = { incidentId: 'mine', run: 2 };
const other = { incidentId: 'other', run: 1 };

const taken = (holder = mine): LookPlace => ({ holder, expiresAt: NOW + MINUTE, alone: 0, at: NOW });
/** A free place from which so many looks lately found nothing on the hub. */
const freeAfter = (alone: number, at = NOW): LookPlace => ({ holder: null, expiresAt: 0, alone, at });

describe('a place among the first looks', () => {
  it.each([
    ['was never taken', undefined],
    ['is free', freeAfter(3)],
    ['was kept too long by another run', { ...taken(other), expiresAt: NOW }],
    ['is held by the same run, which repeats its step', taken()],
    ['is held by an earlier run of the incident', taken({ ...mine, run: 1 })],
  ])('may be taken where it %s', (_, place) => {
    expect(take(place, mine, NOW)).toMatchObject({ holder: mine, expiresAt: NOW + 120 * SECOND });
  });

  it.each([
    ['another incident', other],
    ['a later run of the incident', { ...mine, run: 3 }],
  ])('is not taken from %s', (_, holder) => {
    expect(take(taken(holder), mine, NOW)).toBeUndefined();
  });

  it('is free after a look that found nothing on the hub', () => {
    const left = leave(taken(), mine, 'alone', NOW);
    expect(take(left, other, NOW)).toBeDefined();
  });

  it('stays taken for fifteen seconds after a look that found the fault on the hub', () => {
    const left = leave(taken(), mine, 'on-hub', NOW);
    expect(take(left, other, NOW + 15 * SECOND - 1)).toBeUndefined();
    expect(take(left, other, NOW + 15 * SECOND)).toBeDefined();
  });

  it('is not left by a run that has lost it', () => {
    expect(leave(taken(other), mine, 'alone', NOW)).toBeUndefined();
    expect(leave(undefined, mine, 'alone', NOW)).toBeUndefined();
  });

  it('counts the looks that found nothing on the hub, and begins anew with one that did', () => {
    const once = leave(taken(), mine, 'alone', NOW);
    const twice = leave(take(once, mine, NOW), mine, 'alone', NOW + MINUTE);
    expect(twice).toMatchObject({ alone: 2, at: NOW + MINUTE });
    expect(leave(take(twice, mine, NOW), mine, 'on-hub', NOW)).toMatchObject({ alone: 0 });
    expect(leave(take(twice, mine, NOW), mine, 'alone', NOW + 6 * MINUTE + 1)).toMatchObject({ alone: 1 });
  });
});

describe('more look at once', () => {
  it.each([
    [false, []],
    [false, [1, 1, 1]],
    [true, [1, 1, 1, 1]],
    [true, [4]],
  ])('%s after looks from the first places that found nothing on the hub: %j', (open, alone) => {
    expect(
      areAlone(
        alone.map((count) => freeAfter(count)),
        NOW,
      ),
    ).toBe(open);
  });

  it('no more when those looks were more than five minutes ago', () => {
    const at = NOW - 5 * MINUTE;
    expect(areAlone([freeAfter(4, at)], NOW)).toBe(true);
    expect(areAlone([freeAfter(4, at - 1)], NOW)).toBe(false);
  });

  it('32 in all', () => {
    expect([...firstPlaces, ...furtherPlaces]).toEqual(Array.from({ length: 32 }, (_, place) => place));
  });
});
