import { describe, expect, it } from 'vitest';
import { RestitchError } from '../../../core/restitch-error.ts';
import { handleBatch } from '../../../functions/notify/handle-batch.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeMessenger } from '../../fakes/fake-messenger.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryReplies } from '../../fakes/in-memory-replies.ts';
import { createInMemoryShownMessages } from '../../fakes/in-memory-shown-messages.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

const reply = { replyId: 'Ev1', channel: 'C1', user: 'U1', thread: null, text: 'nothing is paused', at: 0 };

async function chat() {
  const clock = createFakeClock(0);
  const replies = createInMemoryReplies();
  const store = createInMemoryIncidentStore();
  store.seed(incidentOf({ phase: 'diagnosing', diagnosis: 'vxlan-wedge' }));
  const messenger = createFakeMessenger();
  const ports = {
    store,
    replies,
    messenger,
    approvals: createInMemoryApprovalStore(),
    shown: createInMemoryShownMessages(),
    clock: clock.now,
    log: createRecordingLog(),
    sleep: async () => undefined,
  };
  const record = (pk: string, SequenceNumber: string) => ({
    dynamodb: { SequenceNumber, Keys: { pk: { S: pk }, sk: { S: 'RECORD' } } },
  });
  const Records = [record('REPLY#Ev1', '1'), record('INCIDENT#lab-1.gpu-1.1', '2')];
  await replies.take('Ev1', 0);
  return { clock, messenger, replies, follow: () => handleBatch({ Records }, ports) };
}

describe('the reply to a message to the app', () => {
  it('is posted once it is there, and once however often the stream delivers it', async () => {
    const { messenger, replies, follow } = await chat();
    await follow();
    expect(messenger.replies).toEqual([]);
    await replies.answer(reply);
    for (let times = 0; times < 3; times++) await follow();
    expect(messenger.replies).toEqual([reply]);
  });

  it('that cannot be posted holds up nothing else', async () => {
    const { messenger, replies, follow } = await chat();
    await replies.answer(reply);
    messenger.reply = async () => {
      throw new RestitchError('slack', 'user_not_in_channel', { retryable: true });
    };
    expect(await follow()).toEqual({ batchItemFailures: [] });
    expect(messenger.notices).toHaveLength(1);
  });

  it.each([
    [299, 1],
    [300, 0],
  ])('after %i s is posted %i times', async (seconds, times) => {
    const { messenger, replies, follow, clock } = await chat();
    await replies.answer(reply);
    clock.advanceSeconds(seconds);
    await follow();
    expect(messenger.replies).toHaveLength(times);
  });
});
