import { describe, expect, it } from 'vitest';
import type { Approval, ApprovalStore } from '../../../core/safety/approval.ts';
import type { Decider } from '../../../core/safety/decider.ts';
import { approvalOf } from '../../fakes/sample-records.ts';

const approval = approvalOf();
const { approvalId, planDigest, expiresAt } = approval;
const ann = { id: 'U1', name: 'ann' };
const anyone = () => true;
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

    it.each([500, 501, 5_000])('keeps a plan of %i lines, also when it is decided', async (count) => {
      const store = await newStore();
      const planLines = Array.from(
        { length: count },
        (_, index) => `gpu-1: route del 10.42.${index}.0/24 dev flannel.1`,
      );
      await store.create({ ...approval, planLines });
      expect((await store.get(approvalId))?.planLines).toEqual(planLines);
      expect((await store.listPending()).map((each) => each.planLines)).toEqual([planLines]);
      await store.decide(approvalId, { planDigest, decision: 'denied', by: ann }, inTime, anyone);
      expect(await store.get(approvalId)).toMatchObject({ status: 'denied', planLines });
    });

    it('is not reopened by asking again after the decision', async () => {
      const store = await pending();
      await store.decide(approvalId, { planDigest, decision: 'denied', by: ann }, inTime, anyone);
      expect(await store.create(approval)).toMatchObject({ status: 'denied' });
      expect(await store.listPending()).toEqual([]);
    });

    it('gets its callback without a word on the decision', async () => {
      const store = await pending();
      await store.decide(approvalId, { planDigest, decision: 'approved', by: ann }, inTime, anyone);
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
      expect(await store.decide(approvalId, { planDigest, decision: 'approved', by: ann }, inTime, anyone)).toEqual({
        type: 'missing',
      });
      expect(await store.settle(approvalId, 'withdrawn', inTime)).toEqual({ type: 'missing' });
    });
  });

  describe('a decision', () => {
    it('is on record with who and when', async () => {
      const store = await pending();
      const decided = { ...approval, status: 'approved', decidedBy: ann, decidedAt: inTime };
      expect(await store.decide(approvalId, { planDigest, decision: 'approved', by: ann }, inTime, anyone)).toEqual({
        type: 'decided',
        approval: decided,
      });
      expect(await store.get(approvalId)).toEqual(decided);
      expect(await store.listPending()).toEqual([]);
    });

    it('is taken once of twenty clicks at the same time', async () => {
      const store = await pending();
      const clicks = Array.from({ length: 20 }, (_, index) =>
        store.decide(
          approvalId,
          { planDigest, decision: index % 2 === 0 ? 'approved' : 'denied', by: ann },
          inTime,
          anyone,
        ),
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
      expect(
        await store.decide(approvalId, { planDigest, decision: 'approved', by: ann }, expiresAt + offset, anyone),
      ).toMatchObject({ type });
      expect(await store.get(approvalId)).toMatchObject({ status: type === 'decided' ? 'approved' : 'pending' });
    });

    it('of two people at the same time is approved once, by both', async () => {
      const store = await newStore();
      await store.create({ ...approval, yesesNeeded: 2 });
      const results = await Promise.all(
        ['U1', 'U2', 'U1', 'U2'].map((id) =>
          store.decide(approvalId, { planDigest, decision: 'approved', by: { id, name: id } }, inTime, anyone),
        ),
      );
      expect(results.filter(({ type }) => type === 'counted')).toHaveLength(1);
      expect(results.filter(({ type }) => type === 'decided')).toHaveLength(1);
      const stored = await store.get(approvalId);
      expect(stored?.yeses?.map(({ id }) => id).toSorted()).toEqual(['U1', 'U2']);
      expect(await store.listPending()).toEqual([]);
    });

    it('may be put off, and stays open until then', async () => {
      const store = await pending();
      const outcome = await store.decide(
        approvalId,
        { planDigest, decision: 'snoozed', by: ann },
        approval.requestedAt,
        anyone,
      );
      expect(outcome).toMatchObject({ type: 'snoozed', approval: { status: 'pending' } });
      expect((await store.get(approvalId))?.expiresAt).toBeGreaterThan(expiresAt);
      expect(await store.listPending()).toHaveLength(1);
    });

    it('wants two people where the rules want them now', async () => {
      const store = await pending();
      const yes = (by: Decider) =>
        store.decide(approvalId, { planDigest, decision: 'approved', by }, inTime, anyone, () => 2);
      expect(await yes(ann)).toMatchObject({ type: 'counted', approval: { yesesNeeded: 2 } });
      expect(await yes({ id: 'U2', name: 'ben' })).toMatchObject({ type: 'decided', approval: { status: 'approved' } });
    });

    it('is not needed to tell more people, which happens once', async () => {
      const store = await pending();
      const unmarked = ({ escalatedAt }: Approval) => escalatedAt === undefined;
      const marked = await Promise.all([1, 2, 3].map(() => store.escalate(approvalId, inTime, unmarked)));
      expect(marked.filter((mine) => mine)).toHaveLength(1);
      expect(await store.get(approvalId)).toEqual({ ...approval, escalatedAt: inTime });
      expect(await store.escalate('lab-1.gpu-9.1.bounce.1', inTime, anyone)).toBe(false);
    });

    it('of somebody who may not is not taken', async () => {
      const store = await pending();
      const answer = { planDigest, decision: 'approved', by: ann } as const;
      expect(await store.decide(approvalId, answer, inTime, () => false)).toMatchObject({ type: 'not-allowed' });
      expect(await store.get(approvalId)).toEqual(approval);
    });

    it('about another plan is refused, even when nothing is open any more', async () => {
      const store = await pending();
      const other = 'e'.repeat(64);
      expect(
        await store.decide(approvalId, { planDigest: other, decision: 'approved', by: ann }, inTime, anyone),
      ).toEqual({ type: 'digest-mismatch' });
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
      expect(
        await store.decide(approvalId, { planDigest, decision: 'approved', by: ann }, inTime, anyone),
      ).toMatchObject({
        type: 'already',
        approval: { status: 'withdrawn' },
      });
    });

    it('cannot be settled over a decision', async () => {
      const store = await pending();
      await store.decide(approvalId, { planDigest, decision: 'approved', by: ann }, inTime, anyone);
      expect(await store.settle(approvalId, 'withdrawn', inTime)).toMatchObject({ type: 'already' });
      expect(await store.get(approvalId)).toMatchObject({ status: 'approved' });
    });
  });
}
