import { describe, expect, it } from 'vitest';
import { escalateQuestions } from '../../../functions/sweep/escalate-questions.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf } from '../../fakes/sample-records.ts';

const asked = approvalOf({ callbackId: 'callback-1' });

async function sweepAfter(seconds: number, parts = {}) {
  const approvals = createInMemoryApprovalStore();
  await approvals.create({ ...asked, ...parts });
  const clock = createFakeClock(asked.requestedAt);
  clock.advanceSeconds(seconds);
  const pass = (afterSeconds = 600) =>
    escalateQuestions({ approvals, clock: clock.now, log: createRecordingLog() }, afterSeconds);
  return { approvals, clock, pass, stored: () => approvals.get(asked.approvalId) };
}

describe('a pass of sweep', () => {
  it('marks a question that nobody has answered in time, once', async () => {
    const { pass, stored, clock } = await sweepAfter(600);
    const at = clock.now();
    expect(await pass()).toBe(1);
    clock.advanceSeconds(60);
    expect(await pass()).toBe(0);
    expect(await stored()).toMatchObject({ status: 'pending', escalatedAt: at });
  });

  it('of two at once marks it in one alone', async () => {
    const { pass } = await sweepAfter(600);
    expect((await Promise.all([pass(), pass()])).toSorted()).toEqual([0, 1]);
  });

  it.each([
    ['too early', 599, {}, 600],
    ['after its end', 900, {}, 600],
    ['before it is in the chat', 700, { callbackId: null }, 600],
    ['where that is off', 700, {}, 0],
  ])('marks nothing %s', async (_, seconds, parts, afterSeconds) => {
    const { pass, stored } = await sweepAfter(seconds, parts);
    expect(await pass(afterSeconds)).toBe(0);
    expect(await stored()).not.toHaveProperty('escalatedAt');
  });

  it('marks nothing that was answered while it looked', async () => {
    const { approvals, pass, stored } = await sweepAfter(700);
    const { listPending } = approvals;
    approvals.listPending = async () => {
      const listed = await listPending();
      await approvals.settle(asked.approvalId, 'withdrawn', 1);
      return listed;
    };
    expect(await pass()).toBe(0);
    expect(await stored()).not.toHaveProperty('escalatedAt');
  });
});
