import { describe, it } from 'vitest';
import { expectUnbroken } from './schedules.ts';

describe('the whole chain in other schedules than those of npm test', () => {
  it('breaks no invariant', { timeout: 1_200_000 }, () => expectUnbroken(1_001, 1_000));

  it.each([
    [2894, 'changes no host but the one at fault, where the hub cannot be healed'],
    [4627, 'cordons a hub within the budget of the hubs, whatever is cordoned behind it'],
  ])('seed %i: %s', (seed) => expectUnbroken(seed, 1));
});
