import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSqsWorkQueue } from '../../../adapters/aws/sqs-work-queue.ts';
import { WorkItem } from '../../../core/alert/work-item.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { workItemOf } from '../../fakes/sample-records.ts';
import { type SqsUnderTest, startSqs } from './queue-under-test.ts';

let sqs: SqsUnderTest;
beforeAll(async () => {
  sqs = await startSqs();
});
afterAll(() => sqs.close());

async function setUp() {
  const queueUrl = await sqs.newQueue();
  const queue = createSqsWorkQueue(sqs.client, queueUrl);
  const received = async () => (await sqs.drain(queueUrl)).Records.map(({ body }) => WorkItem.parse(JSON.parse(body)));
  return { queue, queueUrl, received };
}

const on = (node: string, parts: Partial<WorkItem> = {}) =>
  workItemOf({ target: { cluster: 'lab-1', node }, ...parts });

describe('the work queue in SQS', () => {
  it('takes more items than one batch holds, and gives them back as they were', async () => {
    const { queue, received } = await setUp();
    const items = Array.from({ length: 23 }, (_, index) => on(`gpu-${index}`));
    expect(await queue.send(items)).toEqual([]);
    const names = (list: readonly WorkItem[]) => list.map(({ target }) => target.node).toSorted();
    const back = await received();
    expect(names(back)).toEqual(names(items));
    expect(back).toContainEqual(items[7]);
  });

  it('keeps the order of one target', async () => {
    const { queue, received } = await setUp();
    const items = Array.from({ length: 12 }, (_, index) => on('gpu-1', { startsAt: index }));
    await queue.send(items);
    expect((await received()).map(({ startsAt }) => startsAt)).toEqual(items.map(({ startsAt }) => startsAt));
  });

  it('has one group per target', async () => {
    const { queue, queueUrl } = await setUp();
    await queue.send([on('gpu-1'), on('gpu-2'), on('gpu-1', { status: 'resolved' })]);
    const { Records } = await sqs.drain(queueUrl);
    expect(Records.map(({ attributes }) => attributes.MessageGroupId).toSorted()).toEqual([
      'lab-1/gpu-1',
      'lab-1/gpu-1',
      'lab-1/gpu-2',
    ]);
  });

  it('takes the same alert in the same state once, and every other state, episode and target', async () => {
    const { queue, received } = await setUp();
    const firing = on('gpu-1');
    await queue.send([firing, { ...firing, receivedAt: firing.receivedAt + 5 }]);
    await queue.send([firing]);
    await queue.send([
      { ...firing, status: 'resolved' },
      { ...firing, startsAt: firing.startsAt + 1 },
      { ...firing, target: { cluster: 'lab-2', node: 'gpu-1' } },
    ]);
    expect(await received()).toHaveLength(4);
  });

  it('takes the longest names there are', async () => {
    const { queue, received } = await setUp();
    const items = ['a', 'b'].map((last) =>
      workItemOf({ target: { cluster: 'c'.repeat(100), node: `${'n'.repeat(252)}${last}` } }),
    );
    expect(await queue.send(items)).toEqual([]);
    expect(await received()).toHaveLength(2);
  });

  it('takes any text, also what SQS forbids in a message', async () => {
    const { queue, received } = await setUp();
    const summary = '\u0000\u0008\ufffe\uffff\ud800 ü 🪡';
    expect(await queue.send([on('gpu-1', { summary })])).toEqual([]);
    expect(await received()).toMatchObject([{ summary }]);
  });

  it('is an error of ours when it is missing, and may be tried again when it cannot be reached', async () => {
    const { queueUrl } = await setUp();
    const missing = createSqsWorkQueue(sqs.client, queueUrl.replace(/queue-\d+/, 'no-such-queue'));
    await expect(missing.send([on('gpu-1')])).rejects.toMatchObject({ code: 'queue', retryable: false });
    // Port 1 of loopback: nobody listens there.
    const unreachable = createSqsWorkQueue(
      new SQSClient({ ...clientOptions('http://127.0.0.1:1'), useQueueUrlAsEndpoint: false }),
      queueUrl,
    );
    await expect(unreachable.send([on('gpu-1')])).rejects.toMatchObject({ code: 'queue', retryable: true });
  });
});
