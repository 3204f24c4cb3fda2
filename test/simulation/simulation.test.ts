import { describe, expect, it } from 'vitest';
import { invariants, violationsOf } from './invariants.ts';
import { mutants } from './mutants.ts';
import { play } from './play.ts';
import type { Schedule } from './schedule.ts';
import { simulated } from './schedules.ts';
import { playSeed, report } from './search.ts';

/** An earlier generator made it of seed 1169, and it broke an invariant. */
const tableIsAwayAfterRepair: Schedule = {
  sites: ['dc-a', 'dc-b', 'dc-b', 'dc-b'],
  happenings: [
    { type: 'breaks', node: 0, heals: 'apply', webhook: 'once', when: { unit: 'calls', count: 0 } },
    { type: 'calls-fail', dependency: 'slack', mode: 'done-later', calls: 3, when: { unit: 'calls', count: 12 } },
    { type: 'stream', how: 'lost', when: { unit: 'calls', count: 87 } },
    { type: 'outage', dependency: 'dynamodb', mode: 'loses-replies', seconds: 380, when: { unit: 'calls', count: 87 } },
  ],
  replies: [],
  picks: [0],
  readingMs: 1_500,
  actingSeconds: 5,
  asksByPolicy: false,
  breakerMinNodes: 2,
  endsPaused: false,
};

describe('a play', () => {
  it('ends where nobody could verify a repair in time, because the table was away', async () => {
    const played = await play(tableIsAwayAfterRepair);
    expect(violationsOf(played)).toEqual([]);
    expect(played.observed.incidents.map(({ outcome }) => outcome)).toEqual(['repaired']);
  });

  it.each([1, 3, 5])('goes the same way, call by call, when seed %i is played again', async (seed) => {
    const traceOf = async () => report((await playSeed(seed)).finding, true);
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
