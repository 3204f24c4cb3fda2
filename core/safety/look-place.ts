import * as z from 'zod';
import { isFreeFor, isSameHolder, LockHolder } from './host-lock.ts';

/** Of the nodes of one hub so many are looked at for the first time at once, until a look shows that nothing is shared. */
const FEWEST = 4;
/** The hub and one peer get two commands each for one look. */
const MOST = 32;
/** Longer than a look takes on a broken host. */
const HELD_MS = 120_000;
/** By then the incident of the hub is open, and holds those who wait. */
const UNTIL_HELD_MS = 15_000;
/** What looks found longer ago says nothing of this storm. */
const WINDOW_MS = 5 * 60_000;

/**
 * A place among the first looks at the nodes of one hub. `expiresAt`, `at`: epoch milliseconds. `alone`: looks from this place that
 * found nothing on the hub, each within five minutes of the one before; `at`: the last of them.
 */
export const LookPlace = z.object({
  holder: LockHolder.nullable(),
  expiresAt: z.int(),
  alone: z.int(),
  at: z.int(),
});

export type LookPlace = z.infer<typeof LookPlace>;

/** A storm begins with these places. */
export const firstPlaces: readonly number[] = numbers(0, FEWEST);

export const furtherPlaces: readonly number[] = numbers(FEWEST, MOST);

/** Whether the further places are open too: as many looks from the first ones have found nothing on the hub. */
export function areAlone(first: readonly (LookPlace | undefined)[], now: number): boolean {
  return first.reduce((sum, place) => sum + aloneLately(place, now), 0) >= FEWEST;
}

/** Undefined: another run has it. */
export function take(place: LookPlace | undefined, holder: LockHolder, now: number): LookPlace | undefined {
  if (!isFreeFor(place, holder, now)) return undefined;
  return { holder, expiresAt: now + HELD_MS, alone: aloneLately(place, now), at: place?.at ?? now };
}

/** The look is over. A place that showed a fault of the hub stays taken until that can hold the others. Undefined: it is another run's. */
export function leave(
  place: LookPlace | undefined,
  holder: LockHolder,
  found: 'on-hub' | 'alone',
  now: number,
): LookPlace | undefined {
  if (!isHeldBy(place, holder)) return undefined;
  if (found === 'on-hub') return { holder, expiresAt: now + UNTIL_HELD_MS, alone: 0, at: now };
  return { holder: null, expiresAt: 0, alone: aloneLately(place, now) + 1, at: now };
}

export function isHeldBy(place: LookPlace | undefined, holder: LockHolder): place is LookPlace {
  return place?.holder != null && isSameHolder(place.holder, holder);
}

function aloneLately(place: LookPlace | undefined, now: number): number {
  return place !== undefined && now - place.at <= WINDOW_MS ? place.alone : 0;
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
