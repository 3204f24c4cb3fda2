import { describe, expect, it } from 'vitest';
import { invariants, violationsOf } from './invariants.ts';
import { mutants } from './mutants.ts';
import { play } from './play.ts';
import { playSeed } from './search.ts';
import { simulate } from './simulate.ts';

/** About 10 seconds of one core. `npm run simulate` plays any number. */
const SCHEDULES = 25;

async function simulated(...args: readonly string[]) {
  const lines: string[] = [];
  const code = await simulate(args, (line) => lines.push(line));
  return { code, lines };
}

describe('the whole chain, whatever happens and in whatever order', () => {
  it('breaks no invariant', { timeout: 900_000 }, async () => {
    const { code, lines } = await simulated('--seed', '1', '--schedules', String(SCHEDULES));
    expect(lines.join('\n')).toMatch(
      new RegExp(`^${SCHEDULES} schedules, 0 with a violation, [\\d,]+ calls to ports, seeds 1 to ${SCHEDULES}$`),
    );
    expect(code).toBe(0);
  });

  it('ends seed 1169: a repair that nobody could verify in time, because the table was away, is done again', async () => {
    expect((await simulated('--seed', '1169', '--schedules', '1')).code).toBe(0);
  });

  it.each([1, 3, 5])('goes the same way, call by call, when seed %i is played again', async (seed) => {
    const traceOf = async () => (await playSeed(seed)).finding.played.world.trace;
    const first = await traceOf();
    expect(first.length).toBeGreaterThan(300);
    expect(await traceOf()).toEqual(first);
  });
});

describe('a mutant', () => {
  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))('is caught: %s', async (_, mutant) => {
    const { on } = mutant;
    const played = typeof on === 'number' ? (await playSeed(on, mutant, 0)).finding.played : await play(on, mutant);
    expect(violationsOf(played).map(({ invariant }) => invariant)).toContain(mutant.invariant);
  });

  it('shows for every invariant that it can be broken', () => {
    const shown = new Set(mutants.map(({ invariant }) => invariant));
    expect(invariants.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });
});

describe('npm run simulate', () => {
  it('prints what happened in the schedule of a seed, line by line', async () => {
    const { code, lines } = await simulated('--seed', '4');
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^seed 4: \d+ happenings/);
    expect(lines.slice(1, -1).every((line) => /^\+\d\d:\d\d:\d\d\.\d{3} {2}\S/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^1 schedules, 0 with a violation, /);
  });

  it.each([
    ['--seed', '0'],
    ['--seed', 'x'],
    ['--schedules', '-1'],
    ['--seeds', '3'],
    ['--seed', '2147483647', '--schedules', '2'],
  ])('is told how it is used after %s %s', async (...args) => {
    const { code, lines } = await simulated(...args.filter((each) => typeof each === 'string'));
    expect(code).toBe(2);
    expect(lines.at(-1)).toContain('usage: npm run simulate');
  });
});
