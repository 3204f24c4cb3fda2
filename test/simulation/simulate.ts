import { parseArgs } from 'node:util';
import { playSeed, report } from './search.ts';

const USAGE = 'usage: npm run simulate -- [--seed N] [--schedules N] [--all-calls]';
/** Seeds are 32-bit integers. */
const MOST = 2 ** 31 - 1;

export interface SimulationOptions {
  readonly seed: number;
  /** Undefined: one, and its trace is printed. */
  readonly schedules: number | undefined;
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
  const { seed: first, schedules = 1, allCalls } = options;
  const printsTrace = options.schedules === undefined;
  let broken = 0;
  let calls = 0;
  for (let seed = first; seed < first + schedules; seed++) {
    const search = await playSeed(seed);
    calls += search.calls;
    if (search.broken) broken += 1;
    if (search.broken || printsTrace) for (const line of report(search.finding, allCalls)) say(line);
  }
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
        'all-calls': { type: 'boolean', default: false },
      },
    });
    const seed = numberOf(values.seed);
    const schedules = values.schedules === undefined ? undefined : numberOf(values.schedules);
    if (seed === undefined || (values.schedules !== undefined && schedules === undefined))
      return 'a seed and a number of schedules are whole numbers from 1 on';
    if (seed + (schedules ?? 1) - 1 > MOST) return `the last seed is ${MOST}`;
    return { seed, schedules, allCalls: values['all-calls'] };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function numberOf(text: string): number | undefined {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= MOST ? Number(text) : undefined;
}
