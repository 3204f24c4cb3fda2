import { parseArgs } from 'node:util';
import { type PlayedSeed, playInThreads, playSeeds } from './play-seeds.ts';

const USAGE = 'usage: npm run simulate -- [--seed N] [--schedules N] [--threads N] [--all-calls]';
/** Seeds are 32-bit integers. */
const MOST = 2 ** 31 - 1;
const MOST_THREADS = 64;

export interface SimulationOptions {
  readonly seed: number;
  /** Undefined: one, and its trace is printed. */
  readonly schedules: number | undefined;
  readonly threads: number;
  readonly allCalls: boolean;
}

/**
 * `npm run simulate`: plays so many schedules from a seed on, and reports each that breaks an invariant. Returns the exit code: 0:
 * none did; 1: one did; 2: wrong usage.
 */
export async function simulate(args: readonly string[], say: (line: string) => void): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    say(options);
    say(USAGE);
    return 2;
  }
  const { seed: first, schedules = 1, threads, allCalls } = options;
  const telling = { always: options.schedules === undefined, allCalls };
  let broken = 0;
  let calls = 0;
  const done = (played: PlayedSeed) => {
    calls += played.calls;
    if (played.broken) broken += 1;
    for (const line of played.lines) say(line);
  };
  const seeds = { first, count: schedules };
  if (threads === 1) await playSeeds({ ...seeds, step: 1 }, telling, done);
  else await playInThreads(seeds, threads, telling, done);
  const count = (value: number) => value.toLocaleString('en-GB');
  say(
    `${count(schedules)} schedules, ${broken} with a violation, ${count(calls)} calls to ports, seeds ${first} to ${first + schedules - 1}`,
  );
  return broken === 0 ? 0 : 1;
}

function readOptions(args: readonly string[]): SimulationOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string', default: '1' },
        schedules: { type: 'string' },
        threads: { type: 'string', default: '1' },
        'all-calls': { type: 'boolean', default: false },
      },
    });
    const seed = numberOf(values.seed);
    const schedules = values.schedules === undefined ? undefined : numberOf(values.schedules);
    const threads = numberOf(values.threads);
    if (seed === undefined || threads === undefined || (values.schedules !== undefined && schedules === undefined))
      return 'a seed and a number of schedules or threads are whole numbers from 1 on';
    if (seed + (schedules ?? 1) - 1 > MOST) return `the last seed is ${MOST}`;
    if (threads > MOST_THREADS) return `at most ${MOST_THREADS} threads`;
    return { seed, schedules, threads, allCalls: values['all-calls'] };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function numberOf(text: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MOST ? Number(text) : undefined;
}
