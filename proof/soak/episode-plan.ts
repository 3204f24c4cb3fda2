import fc from 'fast-check';
import type { Fault } from '../../lab/fault.ts';

/** What happens in one episode. Seconds count from the alert. */
export interface EpisodePlan {
  readonly fault: Fault;
  /** How often Alertmanager sends the alert. */
  readonly webhooks: number;
  /** What a person answers to each question, and how long after it was put. */
  readonly answer: { readonly says: 'approve' | 'deny' | 'nothing'; readonly afterSeconds: number };
  /** The process is killed then, and started again. */
  readonly kills: readonly number[];
  /** Everything is paused then, for so long. */
  readonly pause: { readonly at: number; readonly seconds: number } | null;
  /** Somebody mends the fault by hand then. */
  readonly mendedAt: number | null;
}

/** The plan of an episode: the same for the same seed and number, as long as the faults are the same. */
export function planEpisode(faults: readonly Fault[], seed: number, number: number): EpisodePlan {
  const [plan] = fc.sample(plans(faults), { seed: (seed * 100_003 + number) | 0, numRuns: 1 });
  if (plan === undefined) throw new TypeError('no episode was made');
  return plan;
}

function plans(faults: readonly Fault[]): fc.Arbitrary<EpisodePlan> {
  return fc.record({
    fault: fc.constantFrom(...faults),
    webhooks: fc.constantFrom(1, 1, 1, 2, 5),
    answer: fc.record({
      says: fc.constantFrom('approve', 'approve', 'approve', 'deny', 'nothing'),
      afterSeconds: fc.constantFrom(0, 2, 10),
    }),
    kills: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(secondsUpTo(20), { minLength: 1, maxLength: 2 }) },
    ),
    pause: oneIn(4, fc.record({ at: secondsUpTo(10), seconds: secondsUpTo(15) })),
    mendedAt: oneIn(8, secondsUpTo(15)),
  });
}

function secondsUpTo(most: number): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: most });
}

function oneIn<T>(count: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.oneof({ weight: count - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
}

/** `killed at 3 s and 12 s, paused at 5 s for 8 s, approve after 2 s`. */
export function describePlan({ webhooks, answer, kills, pause, mendedAt }: EpisodePlan): string {
  return [
    ...(webhooks > 1 ? [`${webhooks} webhooks`] : []),
    ...(kills.length > 0 ? [`killed at ${kills.map((at) => `${at} s`).join(' and ')}`] : []),
    ...(pause === null ? [] : [`paused at ${pause.at} s for ${pause.seconds} s`]),
    ...(mendedAt === null ? [] : [`mended by hand at ${mendedAt} s`]),
    answer.says === 'nothing' ? 'nobody answers' : `people ${answer.says} after ${answer.afterSeconds} s`,
  ].join(', ');
}
