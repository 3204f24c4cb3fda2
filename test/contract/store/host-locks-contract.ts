import { describe, expect, it } from 'vitest';
import type { HostLocks } from '../../../core/safety/host-lock.ts';

const hub = { cluster: 'lab-1', node: 'hub-1' };
const first = { incidentId: 'lab-1.gpu-1.1-a', run: 1 };
const second = { ...first, run: 2 };
const stranger = { incidentId: 'lab-1.gpu-2.1-b', run: 1 };
const NOW = Date.parse('2026-11-21T21:00:00Z');
const LATER = NOW + 600_000;

/** What every store of host locks promises; `newLocks` gives an empty one. */
export function describeHostLocks(newLocks: () => Promise<HostLocks>): void {
  const tokenOf = (outcome: Awaited<ReturnType<HostLocks['acquire']>>) =>
    outcome.type === 'acquired' ? outcome.token : 0;

  describe('a host lock', () => {
    it('has one holder, who gets the same token again, and no other until it is released', async () => {
      const locks = await newLocks();
      expect(await locks.acquire(hub, first, NOW, LATER)).toEqual({ type: 'acquired', token: NOW });
      expect(await locks.acquire(hub, first, NOW + 5, LATER)).toEqual({ type: 'acquired', token: NOW });
      expect(await locks.acquire(hub, stranger, NOW + 5, LATER)).toEqual({ type: 'held', by: first, expiresAt: LATER });
      await locks.release(hub, stranger);
      expect(await locks.acquire(hub, stranger, NOW + 5, LATER)).toMatchObject({ type: 'held' });
      await locks.release(hub, first);
      expect(await locks.acquire(hub, stranger, NOW + 5, LATER)).toEqual({ type: 'acquired', token: NOW + 5 });
    });

    it('is given to one of twenty who want it at once', async () => {
      const locks = await newLocks();
      const wanting = Array.from({ length: 20 }, (_, index) => ({ incidentId: `i${index}`, run: 1 }));
      const outcomes = await Promise.all(wanting.map((holder) => locks.acquire(hub, holder, NOW, LATER)));
      expect(outcomes.filter(({ type }) => type === 'acquired')).toHaveLength(1);
    });

    it.each([
      ['just before', -1, 'held'],
      ['when', 0, 'acquired'],
    ])('%s it expires (%i ms): %s', async (_, offset, type) => {
      const locks = await newLocks();
      await locks.acquire(hub, first, NOW, LATER);
      expect(await locks.acquire(hub, stranger, LATER + offset, LATER + 600_000)).toMatchObject({ type });
    });

    it('passes to a later run of the same incident with a higher token, and never back to the earlier one', async () => {
      const locks = await newLocks();
      await locks.acquire(hub, first, NOW, LATER);
      expect(await locks.acquire(hub, second, NOW, LATER)).toEqual({ type: 'acquired', token: NOW + 1 });
      expect(await locks.acquire(hub, first, NOW + 1, LATER)).toMatchObject({ type: 'held', by: second });
      await locks.release(hub, first);
      expect(await locks.acquire(hub, stranger, NOW + 1, LATER)).toMatchObject({ type: 'held', by: second });
    });
  });

  describe('a fencing token', () => {
    it('grows with every holder, also within one millisecond and when the clock goes back', async () => {
      const locks = await newLocks();
      const tokens: number[] = [];
      for (const [index, now] of [NOW, NOW, NOW - 60_000, NOW + 1].entries()) {
        const holder = { incidentId: `i${index}`, run: 1 };
        tokens.push(tokenOf(await locks.acquire(hub, holder, now, LATER)));
        await locks.release(hub, holder);
      }
      expect(tokens).toEqual([NOW, NOW + 1, NOW + 2, NOW + 3]);
    });

    it('is higher than all before it when the table was lost, and still fits into the document', async () => {
      const before = await newLocks();
      const token = tokenOf(await before.acquire(hub, first, NOW, LATER));
      const afterLoss = await newLocks();
      const next = tokenOf(await afterLoss.acquire(hub, stranger, NOW + 1_000, LATER));
      expect(next).toBeGreaterThan(token);
      expect(next).toBeGreaterThan(57);
      expect(String(next)).toMatch(/^[0-9]{1,15}$/);
    });
  });
}
