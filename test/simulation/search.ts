import fc from 'fast-check';
import { type Violation, violationsOf } from './invariants.ts';
import type { Mutant } from './mutant.ts';
import { type Played, play } from './play.ts';
import { type Schedule, schedule } from './schedule.ts';
import { formatLine } from './trace.ts';

/** One play and what it broke. */
export interface Finding {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly schedule: Schedule;
  readonly played: Played;
}

export interface Search {
  /** Calls to ports in the schedule of the seed itself. */
  readonly calls: number;
  readonly broken: boolean;
  /** Where an invariant was broken, of the smallest schedule that was found to break the same one. */
  readonly finding: Finding;
}

/** A smaller schedule is looked for this often. */
const MOST_SHRINKS = 150;

/** Plays the schedule of one seed. Where it breaks an invariant, smaller ones that break the same are looked for. */
export async function playSeed(seed: number, mutant?: Mutant, mostShrinks = MOST_SHRINKS): Promise<Search> {
  let plays = 0;
  let unplayable: unknown;
  let first: Finding | undefined;
  let smallest: Finding | undefined;
  const property = fc.asyncProperty(schedule, async (tried) => {
    if (plays++ > mostShrinks) return;
    const played = await play(tried, mutant).catch((error: unknown) => {
      unplayable ??= error;
    });
    if (played === undefined) return;
    const violations = violationsOf(played);
    const finding = { seed, violations, schedule: tried, played };
    first ??= finding;
    const wanted = first.violations[0]?.invariant;
    if (!violations.some(({ invariant }) => invariant === wanted)) return;
    smallest = finding;
    throw new Error('an invariant is broken');
  });
  await fc.check(property, { seed, numRuns: 1 });
  // It says nothing of the invariants, and nothing smaller is looked for.
  if (unplayable !== undefined) throw unplayable;
  if (first === undefined) throw new TypeError(`seed ${seed} was not played`);
  return { calls: first.played.world.pool.calls(), broken: smallest !== undefined, finding: smallest ?? first };
}

/** For a person: what was broken, and line by line what led to it. `all`: also reads that went well. */
export function report(
  { seed, violations, schedule: played, played: { world } }: Finding,
  all = false,
): readonly string[] {
  const { happenings, ...rest } = played;
  return [
    `seed ${seed}: ${happenings.length} happenings, ${JSON.stringify(rest)}`,
    ...world.trace.filter(({ telling }) => all || telling()).map((line) => formatLine(line, world.startedAt)),
    ...violations.map(({ invariant, what }) => `violation of ${invariant}: ${what}`),
  ];
}
