import { describe, it } from 'vitest';
import { expectUnbroken } from './schedules.ts';

describe('the whole chain in other schedules than those of npm test', () => {
  it('breaks no invariant', { timeout: 900_000 }, () => expectUnbroken(301, 400));

  it('changes no host but the one at fault, where the hub cannot be healed (seed 2894)', () => expectUnbroken(2894, 1));
});
