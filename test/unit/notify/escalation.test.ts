import { describe, expect, it } from 'vitest';
import type { Approval } from '../../../core/safety/approval.ts';
import { handleBatch } from '../../../functions/notify/handle-batch.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeMessenger } from '../../fakes/fake-messenger.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryReplies } from '../../fakes/in-memory-replies.ts';
import { createInMemoryShownMessages } from '../../fakes/in-memory-shown-messages.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf, incidentOf } from '../../fakes/sample-records.ts';

async function escalated(parts: Partial<Approval> = {}) {
  const asked = approvalOf({ callbackId: 'callback-1', ...parts });
  const clock = createFakeClock(asked.requestedAt + 600_000);
  const store = createInMemoryIncidentStore();
  store.seed(incidentOf({ phase: 'awaiting-approval', diagnosis: 'vxlan-wedge' }));
  const approvals = createInMemoryApprovalStore();
  await approvals.create(asked);
  const messenger = createFakeMessenger();
  const shown = createInMemoryShownMessages();
  const ports = {
    store,
    approvals,
    messenger,
    shown,
    replies: createInMemoryReplies(),
    clock: clock.now,
    log: createRecordingLog(),
    sleep: async () => {},
  };
  const record = { SequenceNumber: '1', Keys: { pk: { S: `APPROVAL#${asked.approvalId}` }, sk: { S: 'RECORD' } } };
  const follow = () => handleBatch({ Records: [{ dynamodb: record }] }, ports);
  const mark = () => approvals.escalate(asked.approvalId, clock.now(), () => true);
  return { asked, approvals, clock, follow, mark, messenger, shown };
}

describe('a question that nobody answers', () => {
  it('is told to more people once, however often the stream delivers it, with a link to its message', async () => {
    const { follow, mark, messenger } = await escalated();
    await follow();
    expect(messenger.escalations).toEqual([]);
    await mark();
    for (let times = 0; times < 3; times++) await follow();
    // 1 is the message of the incident.
    expect(messenger.escalations).toMatchObject([{ question: '2', approval: { escalatedAt: expect.any(Number) } }]);
    expect(messenger.questions).toHaveLength(1);
  });

  it('is posted before that where Slack was down, with the link', async () => {
    const { follow, mark, messenger } = await escalated();
    messenger.down = true;
    await mark();
    expect((await follow()).batchItemFailures).toHaveLength(1);
    messenger.down = false;
    await follow();
    expect(messenger.questions).toHaveLength(1);
    expect(messenger.escalations).toMatchObject([{ question: '2' }]);
  });

  it('is told to nobody more after its end, however late Slack is back', async () => {
    const { follow, mark, messenger, clock } = await escalated();
    await mark();
    clock.advanceSeconds(300);
    await follow();
    expect(messenger.escalations).toEqual([]);
  });

  it.each(['denied', 'withdrawn'] as const)('is told to nobody more when it is %s', async (status) => {
    const { follow, mark, messenger } = await escalated({ status });
    await mark();
    await follow();
    expect(messenger.escalations).toEqual([]);
  });

  it('has that message rewritten when it is answered', async () => {
    const { asked, approvals, follow, mark, messenger, clock } = await escalated();
    await mark();
    await follow();
    const { approvalId, planDigest } = asked;
    const by = { id: 'U0ALICE', name: 'alice' };
    await approvals.decide(approvalId, { planDigest, decision: 'denied', by }, clock.now(), () => true);
    for (let times = 0; times < 2; times++) await follow();
    expect(messenger.settledEscalations).toMatchObject([{ status: 'denied' }]);
  });
});
