import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Counted } from '../../../proof/scale/counted.ts';
import { heldIncident, ordinaryIncident, summaryOf } from '../../fakes/counted-incident.ts';

const stored = join(import.meta.dirname, '..', '..', '..', 'proof', 'scale', 'counted.json');
const ordinary = async (nodes: number) => {
  const { calls, outcomes } = await ordinaryIncident(nodes);
  expect(outcomes).toEqual(['repaired']);
  return calls;
};

describe('what an ordinary incident costs', () => {
  it('does not grow with the fleet', { timeout: 60_000 }, async () => {
    const { writeUnits: _, writes: manyWrites, ...many } = await ordinary(150);
    const { writeUnits: __, writes: fewWrites, ...few } = await ordinary(10);
    expect(many).toEqual(few);
    // What the guards looked at, the plan and the result get items of their own where they are long.
    expect(manyWrites - fewWrites).toBeLessThanOrEqual(3);
  });

  it('is at most ten commands', async () => {
    const { commands } = await ordinary(10);
    expect(commands.length).toBeLessThanOrEqual(10);
  });

  it('is few calls of everything else', async () => {
    const { kubernetes, reads, writes, slack } = await ordinary(10);
    expect(slack).toBeLessThanOrEqual(4);
    expect(kubernetes).toBeLessThanOrEqual(14);
    expect(reads).toBeLessThanOrEqual(13);
    expect(writes).toBeLessThanOrEqual(23);
  });

  it('is two rounds to the diagnosis, one to repair, two to verify it, and two after the time in which it is watched', async () => {
    const { commands } = await ordinary(10);
    expect(commands.map(({ document, round }) => `${round} ${document}`)).toEqual([
      ...['1 diagnose', '2 diagnose'],
      '3 apply',
      ...['4 diagnose', '5 diagnose'],
      '6 confirm',
      ...['7 diagnose', '8 diagnose'],
    ]);
  });

  it('is what docs/scale.md reckons with', async () => {
    const { ordinary: counted } = Counted.parse(JSON.parse(readFileSync(stored, 'utf8')));
    expect(summaryOf(await ordinary(10))).toEqual(counted);
  });
});

describe('what an incident costs that another one holds', () => {
  it('is no command, no message and few calls, as docs/scale.md reckons', async () => {
    const { calls, phases } = await heldIncident(10);
    expect(phases.toSorted()).toEqual(['handed-over', 'held']);
    expect(calls.commands).toEqual([]);
    expect(calls.slack).toBe(0);
    const { held: counted } = Counted.parse(JSON.parse(readFileSync(stored, 'utf8')));
    expect(summaryOf(calls)).toEqual(counted);
  });
});
