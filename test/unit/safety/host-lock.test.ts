import { describe, expect, it } from 'vitest';
import { decideLock, type HostLock, type LockHolder } from '../../../core/safety/host-lock.ts';

const NOW = 5_000;
const ours: LockHolder = { incidentId: 'lab.gpu-1.1', run: 2 };
const lock = (parts: Partial<HostLock> = {}): HostLock => ({ token: 7, holder: ours, expiresAt: NOW + 1, ...parts });
const decide = (parts?: Partial<HostLock>) => decideLock(parts && lock(parts), ours, NOW);

describe('the lock of a host', () => {
  it('that nobody ever had is taken, with a token of the clock', () => {
    expect(decide()).toEqual({ type: 'take', token: NOW });
  });

  it('that was released is taken with a higher token than before, also where the clock was ahead', () => {
    expect(decide({ holder: null })).toEqual({ type: 'take', token: NOW });
    expect(decide({ holder: null, token: 9_000 })).toEqual({ type: 'take', token: 9_001 });
  });

  it('is kept by the run that has it, with the same token', () => {
    expect(decide({})).toEqual({ type: 'take', token: 7 });
  });

  it.each<[string, LockHolder]>([
    ['another incident', { incidentId: 'lab.gpu-2.1', run: 1 }],
    ['another incident with as many runs', { incidentId: 'lab.gpu-2.1', run: 2 }],
    ['a later run of the incident', { ...ours, run: 3 }],
  ])('of %s is not taken before it expires', (_, holder) => {
    expect(decide({ holder })).toEqual({ type: 'held', by: holder, expiresAt: NOW + 1 });
    expect(decide({ holder, expiresAt: NOW })).toEqual({ type: 'take', token: NOW });
  });

  it('of an earlier run of the incident is taken over with a new token: what that one still sends is refused', () => {
    expect(decide({ holder: { ...ours, run: 1 } })).toEqual({ type: 'take', token: NOW });
  });
});
