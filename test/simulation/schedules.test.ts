import { describe, it } from 'vitest';
import { expectUnbroken } from './schedules.ts';

describe('the whole chain, whatever happens and in whatever order', () => {
  it('breaks no invariant', { timeout: 900_000 }, () => expectUnbroken(1, 5_000));
});
