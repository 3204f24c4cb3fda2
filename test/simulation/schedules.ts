import { availableParallelism } from 'node:os';
import { expect } from 'vitest';
import { simulate } from './simulate.ts';

/** Each holds a few hundred MB. */
const MOST_THREADS = 8;

/** What `simulate` prints, and its exit code. */
export async function simulated(...args: readonly string[]) {
  const lines: string[] = [];
  const code = await simulate(args, (line) => lines.push(line));
  return { code, lines };
}

/** Plays so many schedules from a seed on, and expects that none breaks an invariant. In threads a play is faster than in a test's own. */
export async function expectUnbroken(first: number, count: number): Promise<void> {
  // One more than processors: a play waits a tenth of its time.
  const threads = Math.min(availableParallelism() + 1, MOST_THREADS);
  const { code, lines } = await simulated(
    ...['--seed', `${first}`, '--schedules', `${count}`, '--threads', `${threads}`],
  );
  expect(lines.join('\n')).toMatch(
    new RegExp(
      `^${count.toLocaleString('en-GB')} schedules, 0 with a violation, [\\d,]+ calls to ports, seeds ${first} to ${first + count - 1}$`,
    ),
  );
  expect(code).toBe(0);
}
