import { describe, expect, it } from 'vitest';
import type { ApprovalStore } from '../../../core/safety/approval.ts';
import { approvalOf } from '../../fakes/sample-records.ts';

const approval = approvalOf();
const { approvalId, planDigest, expiresAt } = approval;
const ann = { id: 'U1', name: 'ann' };
const inTime = expiresAt - 1;

/** What every store of approvals promises; `newStore` gives an empty one. */
export function describeApprovalStore(newStore: () => Promise<ApprovalStore>): void {
  const pending = async (): Promise<ApprovalStore> => {
    const store = await newStore();
    await store.create(approval);
    return store;
  };

  describe('a question', () => {
    it('is created once; asking again gives what is stored', async () => {
      const store = await pending();
      expect(await store.create(approvalOf({ reason: 'another' }))).toEqual(approval);
      expect(await store.get(approvalId)).toEqual(approval);
      expect(await store.listPending()).toEqual([approval]);
    });

    it('is not reopened by asking again after the decision', async () => {
      const store = await pending();
      await store.decide(approvalId, planDigest, 'denied', ann, inTime);
      expect(await store.create(approval)).toMatchObject({ status: 'denied' });
      expect(await store.listPending()).toEqual([]);
    });

    it('gets its callback without a word on the decision', async () => {
      const store = await pending();
      await store.decide(approvalId, planDigest, 'approved', ann, inTime);
      expect(await store.attach(approvalId, { callbackId: 'cb' })).toMatchObject({
        callbackId: 'cb',
        status: 'approved',
        decidedBy: ann,
      });
    });

    it('that was never asked has no answer', async () => {
      const store = await newStore();
      expect(await store.get(approvalId)).toBeUndefined();
      expect(await store.attach(approvalId, { callbackId: 'cb' })).toBeUndefined();
      expect(await store.decide(approvalId, planDigest, 'approved', ann, inTime)).toEqual({ type: 'missing' });
      expect(await store.settle(approvalId, 'withdrawn', inTime)).toEqual({ type: 'missing' });
    });
  });

  describe('a decision', () => {
    it('is on record with who and when', async () => {
      const store = await pending();
      const decided = { ...approval, status: 'approved', decidedBy: ann, decidedAt: inTime };
      expect(await store.decide(approvalId, planDigest, 'approved', ann, inTime)).toEqual({
        type: 'decided',
        approval: decided,
      });
      expect(await store.get(approvalId)).toEqual(decided);
      expect(await store.listPending()).toEqual([]);
    });

    it('is taken once of twenty clicks at the same time', async () => {
      const store = await pending();
      const clicks = Array.from({ length: 20 }, (_, index) =>
        store.decide(approvalId, planDigest, index % 2 === 0 ? 'approved' : 'denied', ann, inTime),
      );
      const results = await Promise.all(clicks);
      const winners = results.filter(({ type }) => type === 'decided');
      expect(winners).toHaveLength(1);
      expect(results.filter(({ type }) => type === 'already')).toHaveLength(19);
      const [winner] = winners;
      expect(winner).toMatchObject({ approval: await store.get(approvalId) });
    });

    it.each([
      ['just before', -1, 'decided'],
      ['at', 0, 'expired'],
      ['just after', 1, 'expired'],
    ])('%s the expiry is %s ms away and comes out as %s', async (_, offset, type) => {
      const store = await pending();
      expect(await store.decide(approvalId, planDigest, 'approved', ann, expiresAt + offset)).toMatchObject({ type });
      expect(await store.get(approvalId)).toMatchObject({ status: type === 'decided' ? 'approved' : 'pending' });
    });

    it('about another plan is refused, even when nothing is open any more', async () => {
      const store = await pending();
      const other = 'e'.repeat(64);
      expect(await store.decide(approvalId, other, 'approved', ann, inTime)).toEqual({ type: 'digest-mismatch' });
      expect(await store.get(approvalId)).toEqual(approval);
    });
  });

  describe('a question that nobody answered', () => {
    it.each([
      ['just before', -1, 'already', 'pending'],
      ['at', 0, 'decided', 'expired'],
      ['just after', 1, 'decided', 'expired'],
    ])('expires when due: %s', async (_, offset, type, status) => {
      const store = await pending();
      expect(await store.settle(approvalId, 'expired', expiresAt + offset)).toMatchObject({ type });
      expect(await store.get(approvalId)).toMatchObject({ status });
    });

    it('is withdrawn at any time', async () => {
      const store = await pending();
      expect(await store.settle(approvalId, 'withdrawn', 0)).toMatchObject({ type: 'decided' });
      expect(await store.decide(approvalId, planDigest, 'approved', ann, inTime)).toMatchObject({
        type: 'already',
        approval: { status: 'withdrawn' },
      });
    });

    it('cannot be settled over a decision', async () => {
      const store = await pending();
      await store.decide(approvalId, planDigest, 'approved', ann, inTime);
      expect(await store.settle(approvalId, 'withdrawn', inTime)).toMatchObject({ type: 'already' });
      expect(await store.get(approvalId)).toMatchObject({ status: 'approved' });
    });
  });
}
