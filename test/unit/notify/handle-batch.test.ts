import { describe, expect, it } from 'vitest';
import { RestitchError } from '../../../core/restitch-error.ts';
import { handleBatch } from '../../../functions/notify/handle-batch.ts';
import { createFakeMessenger } from '../../fakes/fake-messenger.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryReplies } from '../../fakes/in-memory-replies.ts';
import { createInMemoryShownMessages } from '../../fakes/in-memory-shown-messages.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf, incidentOf } from '../../fakes/sample-records.ts';

const FIRST = 'lab-1.gpu-1.1';
const SECOND = 'lab-1.gpu-2.1';

const hub = { cluster: 'lab-1', node: 'hub-1' };
const lookedAt = { phase: 'diagnosing', diagnosis: 'vxlan-wedge' } as const;

/** A table with two incidents, and a chat that follows it. */
function chatUnderTest() {
  const store = createInMemoryIncidentStore();
  store.seed(incidentOf({ ...lookedAt, incidentId: FIRST }));
  store.seed(incidentOf({ ...lookedAt, incidentId: SECOND, target: { cluster: 'lab-1', node: 'gpu-2' } }));
  const messenger = createFakeMessenger();
  const approvals = createInMemoryApprovalStore();
  const pauses: number[] = [];
  let now = 0;
  const ports = {
    store,
    approvals,
    messenger,
    shown: createInMemoryShownMessages(),
    replies: createInMemoryReplies(),
    log: createRecordingLog(),
    clock: () => now,
    sleep: async (milliseconds: number) => void pauses.push(milliseconds),
  };
  const records = (keys: readonly (readonly [string, string])[]) =>
    keys.map(([pk, sk], index) => ({
      dynamodb: { SequenceNumber: `${100 + index}`, Keys: { pk: { S: pk }, sk: { S: sk } } },
    }));
  return {
    ...ports,
    pauses,
    setTime: (at: number) => {
      now = at;
    },
    deliver: (...keys: readonly (readonly [string, string])[]) => handleBatch({ Records: records(keys) }, ports),
    shownIncidents: () => messenger.notices.map(({ notice }) => notice.incident.incidentId),
  };
}

const changeOf = (incidentId: string) => [`INCIDENT#${incidentId}`, 'RECORD'] as const;

describe('a batch of changes', () => {
  it('makes one message of many changes of one incident', async () => {
    const chat = chatUnderTest();
    expect(await chat.deliver(changeOf(FIRST), changeOf(SECOND), changeOf(FIRST))).toEqual({ batchItemFailures: [] });
    expect(chat.shownIncidents()).toEqual([FIRST, SECOND]);
  });

  it('delivered again, changes nothing', async () => {
    const chat = chatUnderTest();
    await chat.deliver(changeOf(FIRST));
    await chat.deliver(changeOf(FIRST));
    expect(chat.shownIncidents()).toEqual([FIRST]);
  });

  it('rewrites the message of an incident that moved on', async () => {
    const chat = chatUnderTest();
    await chat.deliver(changeOf(FIRST));
    await chat.store.update(FIRST, (incident) => ({ ...incident, phase: 'repairing' }));
    await chat.deliver(changeOf(FIRST));
    expect(chat.messenger.notices.map(({ ts, notice }) => [ts, notice.incident.phase])).toEqual([
      ['1', 'diagnosing'],
      ['1', 'repairing'],
    ]);
  });

  it('leaves the message alone when nothing changed that a person sees', async () => {
    const chat = chatUnderTest();
    await chat.deliver(changeOf(FIRST));
    await chat.store.update(FIRST, (incident) => ({
      ...incident,
      updatedAt: incident.updatedAt + 20_000,
      pending: { callbackId: 'another', approvalId: 'a' },
      reportedAt: 1,
    }));
    await chat.deliver(changeOf(FIRST));
    expect(chat.shownIncidents()).toEqual([FIRST]);
  });

  it.each([
    ['that was not looked at', { phase: 'opened', diagnosis: null }, 0],
    ['that is held, looked at or not', { phase: 'held', heldBy: hub }, 0],
    ['that is looked at after it was held', { phase: 'diagnosing', heldBy: hub }, 0],
    ['that closed after it was held', { phase: 'closed', heldBy: hub }, 0],
    ['that was held, and needs a person', { phase: 'handed-over', heldBy: hub }, 1],
    ['that was held, and is being repaired', { phase: 'repairing', heldBy: hub }, 1],
    ['that ended before it was looked at', { phase: 'closed', diagnosis: null }, 1],
  ] as const)('has no message for an incident %s, unless a person has to know', async (_what, parts, messages) => {
    const chat = chatUnderTest();
    chat.store.seed(incidentOf({ ...lookedAt, ...parts, incidentId: FIRST }));
    await chat.deliver(changeOf(FIRST));
    expect(chat.shownIncidents()).toHaveLength(messages);
  });

  it('passes over items that no message follows, and over records that are gone', async () => {
    const chat = chatUnderTest();
    const strangers = [
      ['LOCK#lab-1/gpu-1', 'LOCK'],
      [`INCIDENT#${FIRST}`, 'RECEIPT#r0001.0001'],
      changeOf('gone.1'),
    ] as const;
    expect(await chat.deliver(...strangers)).toEqual({ batchItemFailures: [] });
    expect(chat.messenger.notices).toEqual([]);
  });
});

describe('while the chat is down', () => {
  it('a batch ends at the first message that fails, after a pause, to be delivered again from there', async () => {
    const chat = chatUnderTest();
    await chat.deliver(changeOf(FIRST));
    chat.messenger.down = true;
    const answer = await chat.deliver(changeOf(FIRST), changeOf(SECOND));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '101' }] });
    expect(chat.pauses).toEqual([5_000]);
    chat.messenger.down = false;
    await chat.deliver(changeOf(SECOND));
    expect(chat.shownIncidents()).toEqual([FIRST, SECOND]);
  });

  it('or its secret is not filled in, nothing is lost', async () => {
    const chat = chatUnderTest();
    const { postNotice } = chat.messenger;
    chat.messenger.postNotice = () =>
      Promise.reject(new RestitchError('configuration', 'secret: botToken', { retryable: false }));
    expect((await chat.deliver(changeOf(FIRST))).batchItemFailures).toHaveLength(1);
    chat.messenger.postNotice = postNotice;
    await chat.deliver(changeOf(FIRST));
    expect(chat.shownIncidents()).toEqual([FIRST]);
  });

  it('a table that cannot be read holds the batch up as well', async () => {
    const chat = chatUnderTest();
    chat.shown.faults.next('find', 'refused');
    expect((await chat.deliver(changeOf(FIRST))).batchItemFailures).toHaveLength(1);
  });
});

describe('a message that the chat refuses for good', () => {
  it('is logged, and holds up no other', async () => {
    const chat = chatUnderTest();
    const { postNotice } = chat.messenger;
    chat.messenger.postNotice = (notice) =>
      notice.incident.incidentId === FIRST
        ? Promise.reject(new RestitchError('slack', 'invalid_blocks', { retryable: false }))
        : postNotice(notice);
    expect(await chat.deliver(changeOf(FIRST), changeOf(SECOND))).toEqual({ batchItemFailures: [] });
    expect(chat.shownIncidents()).toEqual([SECOND]);
    expect(chat.log.lines.filter(({ event }) => event === 'chat-not-followed')).toHaveLength(1);
  });
});

describe('a question', () => {
  const approval = approvalOf({ callbackId: 'callback' });
  const key = [`APPROVAL#${approval.approvalId}`, 'RECORD'] as const;

  it.each([
    ['nobody waits for its answer yet', { callbackId: null }, approval.requestedAt, 0],
    ['a run waits', {}, approval.requestedAt, 1],
    ['it is about to expire', {}, approval.expiresAt - 1, 1],
    ['it has expired', {}, approval.expiresAt, 0],
    ['it was decided before anybody saw it', { status: 'withdrawn' as const }, approval.requestedAt, 0],
  ])('when %s', async (_, parts, now, asked) => {
    const chat = chatUnderTest();
    await chat.approvals.create({ ...approval, ...parts });
    chat.setTime(now);
    await chat.deliver(key, key);
    expect(chat.messenger.questions).toHaveLength(asked);
    expect(chat.messenger.settled).toEqual([]);
  });

  it('is rewritten once when it is decided', async () => {
    const chat = chatUnderTest();
    await chat.approvals.create(approval);
    await chat.deliver(key);
    await chat.approvals.settle(approval.approvalId, 'withdrawn', approval.requestedAt);
    await chat.deliver(key);
    await chat.deliver(key);
    expect(chat.messenger.settled).toMatchObject([{ status: 'withdrawn' }]);
  });
});
