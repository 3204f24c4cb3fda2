import { describe, expect, it } from 'vitest';
import { createForwardedQuestions } from '../../../adapters/aws/dynamodb-forwarded-questions.ts';
import { createTableOver } from '../../../adapters/aws/dynamodb-table.ts';
import { QuestionMessage } from '../../../adapters/webhook/question-message.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import type { Approval } from '../../../core/safety/approval.ts';
import type { TableStreamEvent } from '../../../functions/follow-table.ts';
import { handleBatch } from '../../../functions/forward/handle-batch.ts';
import { createCountingTable } from '../../fakes/counting-table.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf, briefOf } from '../../fakes/sample-records.ts';

const alice = { id: 'U0ALICE', name: 'alice' };
const changeOf = (approvalId: string, number = 1): TableStreamEvent['Records'][number] => ({
  dynamodb: { SequenceNumber: String(number), Keys: { pk: { S: `APPROVAL#${approvalId}` }, sk: { S: 'RECORD' } } },
});

async function forwarding(...questions: readonly Partial<Approval>[]) {
  const approvals = createInMemoryApprovalStore();
  const given = (questions.length === 0 ? [{}] : questions).map((parts) =>
    approvalOf({ callbackId: 'callback-1', brief: briefOf(), ...parts }),
  );
  for (const question of given) await approvals.create(question);
  const clock = createFakeClock(given[0]?.requestedAt);
  const log = createRecordingLog();
  const posted: { readonly id: string; readonly message: QuestionMessage }[] = [];
  const pauses: number[] = [];
  let failing: RestitchError | undefined;
  const ports = {
    approvals,
    forwarded: createForwardedQuestions(createTableOver(createCountingTable())),
    post: async (id: string, body: string) => {
      if (failing !== undefined) throw failing;
      posted.push({ id, message: QuestionMessage.parse(JSON.parse(body)) });
    },
    clock: clock.now,
    sleep: async (milliseconds: number) => void pauses.push(milliseconds),
    log,
  };
  return {
    approvals,
    clock,
    log,
    posted,
    pauses,
    types: () => posted.map(({ message }) => message.type),
    fail: (retryable: boolean) => {
      failing = new RestitchError('webhook', 'status 500', { retryable });
    },
    recover: () => {
      failing = undefined;
    },
    follow: (...ids: readonly string[]) =>
      handleBatch(
        { Records: (ids.length === 0 ? given.map(({ approvalId }) => approvalId) : ids).map(changeOf) },
        ports,
      ),
    followKeys: (Keys: TableStreamEvent['Records'][number]['dynamodb']['Keys']) =>
      handleBatch({ Records: [{ dynamodb: { SequenceNumber: '1', Keys } }] }, ports),
    decide: (decision: 'approved' | 'denied' | 'snoozed', by = alice) =>
      approvals.decide(
        given[0]?.approvalId ?? '',
        { planDigest: given[0]?.planDigest ?? '', decision, by },
        clock.now(),
        () => true,
      ),
  };
}

describe('a question', () => {
  it('is posted with all that a person needs to decide, once', async () => {
    const { follow, posted } = await forwarding({ planLines: Array.from({ length: 401 }, (_, at) => `line ${at}`) });
    await follow();
    await follow();
    expect(posted).toHaveLength(1);
    const { data, type, timestamp } = posted[0]?.message ?? expect.fail('nothing was posted');
    expect({ type, timestamp }).toEqual({ type: 'approval.requested', timestamp: data.requestedAt });
    expect(data).toMatchObject({
      approvalId: 'lab-1.gpu-1.1.bounce.1',
      planDigest: 'd'.repeat(64),
      status: 'pending',
      title: 'Approve bounce on gpu-1 (lab-1)?',
      diagnosis: { class: 'vxlan-wedge', cause: 'fdb-missing', confidence: 0.97 },
      gpus: 8,
      yesesNeeded: 1,
      decidedBy: null,
    });
    expect(data.text).toMatch(
      /^Approve bounce on gpu-1 \(lab-1\)\? vxlan-wedge .* 8 GPUs at risk\. Answer until 2026-/,
    );
    expect([data.plan.lines.length, data.plan.lineCount]).toEqual([200, 43]);
  });

  it.each([
    ['is decided', 'approval.decided', async ({ decide }) => void (await decide('denied'))],
    ['is put off', 'approval.updated', async ({ decide }) => void (await decide('snoozed'))],
    [
      'is withdrawn',
      'approval.withdrawn',
      async ({ approvals, clock }) => void (await approvals.settle('lab-1.gpu-1.1.bounce.1', 'withdrawn', clock.now())),
    ],
    [
      'expires',
      'approval.expired',
      async ({ approvals, clock }) => {
        clock.advanceSeconds(900);
        await approvals.settle('lab-1.gpu-1.1.bounce.1', 'expired', clock.now());
      },
    ],
    [
      'is answered by nobody',
      'approval.escalated',
      async ({ approvals, clock }) =>
        void (await approvals.escalate('lab-1.gpu-1.1.bounce.1', clock.now(), () => true)),
    ],
  ] as const satisfies readonly (readonly [
    string,
    string,
    (chain: Awaited<ReturnType<typeof forwarding>>) => Promise<void>,
  ])[])('that %s is posted again as %s, under another id', async (_, type, happens) => {
    const chain = await forwarding();
    await chain.follow();
    await happens(chain);
    await chain.follow();
    await chain.follow();
    expect(chain.types()).toEqual(['approval.requested', type]);
    expect(new Set(chain.posted.map(({ id }) => id)).size).toBe(2);
  });

  it('of two people is posted again with the first yes', async () => {
    const { follow, decide, posted } = await forwarding({ yesesNeeded: 2 });
    await follow();
    await decide('approved');
    await follow();
    expect(posted[1]?.message.data.yeses).toEqual([{ ...alice, reason: null, standing: null }]);
    expect(posted[1]?.message.type).toBe('approval.updated');
  });

  it('is told as it is now where the other tool was away, not as it was', async () => {
    const { follow, decide, fail, recover, types, posted } = await forwarding();
    await follow();
    fail(true);
    await decide('snoozed');
    await follow();
    await decide('denied');
    recover();
    await follow();
    expect(types()).toEqual(['approval.requested', 'approval.decided']);
    expect(posted[1]?.message.data.decidedBy?.id).toBe('U0ALICE');
  });

  it.each([
    ['nobody waits for yet', { callbackId: null }, 0],
    ['has expired', {}, 900],
    ['was decided before anybody was told', { status: 'denied' }, 0],
  ] as const)('that %s is not posted', async (_, parts, seconds) => {
    const { follow, clock, posted } = await forwarding(parts);
    clock.advanceSeconds(seconds);
    await follow();
    expect(posted).toEqual([]);
  });

  it('that a standing approval has answered is told as decided', async () => {
    const decidedBy = { ...alice, standing: { number: 3, use: 1, most: 3, until: 9 } };
    const { follow, posted, types } = await forwarding({ status: 'approved', decidedBy });
    await follow();
    expect(types()).toEqual(['approval.decided']);
    expect(posted[0]?.message.data.decidedBy?.standing).toBe(3);
  });

  it('carries no line breaks and control characters of labels', async () => {
    const brief = briefOf({ because: ['a\n"decision":"approved"\u202e'], cause: 'x\u0007y' });
    const { follow, posted } = await forwarding({ brief, planLines: ['gpu-1: \u001b[2J'], reason: 'r\r\nr' });
    await follow();
    expect(JSON.stringify(posted)).not.toMatch(/\\[nr]|\\u00|\u202e/);
  });
});

describe('a tool that is down', () => {
  it('stops the batch there, and every question comes later in its order', async () => {
    const { follow, fail, recover, posted, pauses, log } = await forwarding(
      { approvalId: 'a.bounce.1' },
      { approvalId: 'b.bounce.1' },
    );
    fail(true);
    expect(await follow()).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
    expect(pauses).toEqual([5_000]);
    expect(log.of('question-not-forwarded')).toMatchObject([{ approvalId: 'a.bounce.1' }]);
    recover();
    expect(await follow()).toEqual({ batchItemFailures: [] });
    expect(posted.map(({ message }) => message.data.approvalId)).toEqual(['a.bounce.1', 'b.bounce.1']);
  });

  it('holds up nothing by refusing one message for good', async () => {
    const { follow, fail, log, pauses } = await forwarding({ approvalId: 'a.bounce.1' }, { approvalId: 'b.bounce.1' });
    fail(false);
    expect(await follow()).toEqual({ batchItemFailures: [] });
    expect(log.of('question-not-forwarded')).toHaveLength(2);
    expect(pauses).toEqual([]);
  });
});

it('what is no question is not posted', async () => {
  const { followKeys, posted, log } = await forwarding();
  await followKeys({ pk: { S: 'INCIDENT#lab-1.gpu-1.1' }, sk: { S: 'RECORD' } });
  await followKeys({ pk: { S: 'APPROVAL#lab-1.gpu-1.1.bounce.1' }, sk: { S: 'MESSAGE' } });
  expect([posted, log.lines]).toEqual([[], []]);
});
