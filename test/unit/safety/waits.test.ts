import { describe, expect, it } from 'vitest';
import { nextPauseSeconds } from '../../../core/safety/next-pause.ts';
import { questionPauseSeconds } from '../../../core/safety/question-pause.ts';

describe('the wait for something busy', () => {
  it.each([
    ['begins short', 0, 600, 15],
    ['grows', 15, 600, 30],
    ['grows until two minutes', 105, 600, 120],
    ['and no further', 300, 1_200, 120],
    ['ends with the patience', 590, 600, 10],
    ['is over when the patience is used up', 600, 600, undefined],
    ['is over after that', 601, 600, undefined],
  ])('%s', (_, waited, patience, pause) => {
    expect(nextPauseSeconds(waited, patience)).toBe(pause);
  });
});

describe('the wait for an answer', () => {
  it.each([
    ['lasts until the question expires', 901_000, false, 900],
    ['is whole seconds, and none too few', 1_001, false, 1],
    ['is looked at often while our cordon is on the node', 901_000, true, 20],
    ['is shorter near the end, also then', 6_000, true, 5],
    ['is over at the expiry', 1_000, false, 0],
    ['is over after it', 0, true, 0],
  ])('%s', (_, expiresAt, watched, seconds) => {
    expect(questionPauseSeconds(expiresAt, 1_000, watched)).toBe(seconds);
  });
});
