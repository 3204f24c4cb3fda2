import { describe, expect, it } from 'vitest';
import { shownLines } from '../../../functions/runbook/shown-lines.ts';

const plan = (count: number) =>
  Array.from({ length: count }, (_, index) => `gpu-1: fdb replace 0a:58:0a:2a:00:00 dst 10.0.1.${index} dev flannel.1`);

describe('a question about a long plan', () => {
  it('keeps as many lines as fit well into an item of the table, and says how many more there are', () => {
    const shown = shownLines(plan(6_000));
    expect(shown).toHaveLength(5_001);
    expect(shown.at(-1)).toBe('… and 1000 more lines, in the receipt');
  });

  it('keeps a plan of up to 5,000 lines whole', () => {
    expect(shownLines(plan(5_000))).toEqual(plan(5_000));
  });
});
