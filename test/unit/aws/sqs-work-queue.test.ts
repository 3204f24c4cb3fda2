import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { createSqsWorkQueue } from '../../../adapters/aws/sqs-work-queue.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { startAwsJsonServer } from '../../fakes/aws-json-server.ts';
import { workItemOf } from '../../fakes/sample-records.ts';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** SQS that stores, refuses or forgets to mention each entry, as `fate` says; `attempt` counts from 1. */
async function setUp(fate: (entry: Entry, attempt: number) => 'stored' | 'failed' | 'unmentioned') {
  let attempt = 0;
  const server = await startAwsJsonServer(({ body }) => {
    attempt += 1;
    const entries: readonly Entry[] = body.Entries;
    const having = (wanted: string) => entries.filter((entry) => fate(entry, attempt) === wanted);
    return {
      body: {
        Successful: having('stored').map(({ Id, MessageBody }) => ({
          Id,
          MessageId: `m${Id}`,
          MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
        })),
        Failed: having('failed').map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
      },
    };
  });
  const client = new SQSClient(clientOptions(server.url));
  closers.push(async () => client.destroy(), server.close);
  return { server, queue: createSqsWorkQueue(client, `${server.url}/1/q.fifo`) };
}

const items = ['a', 'b', 'c'].map((fingerprint) => workItemOf({ fingerprint }));
const isAbout = (fingerprint: string) => (entry: Entry) => entry.MessageBody.includes(`"fingerprint":"${fingerprint}"`);

describe('a batch of which SQS stores only a part', () => {
  it('is sent again for the rest, which then gets in', async () => {
    const { queue, server } = await setUp((entry, attempt) =>
      attempt === 1 && isAbout('b')(entry) ? 'failed' : 'stored',
    );
    expect(await queue.send(items)).toEqual([]);
    expect(server.calls.map(({ body }) => body.Entries.length)).toEqual([3, 1]);
  });

  it.each(['failed', 'unmentioned'] as const)('is reported when the rest stays %s', async (fate) => {
    const { queue } = await setUp((entry) => (isAbout('b')(entry) ? fate : 'stored'));
    expect(await queue.send(items)).toEqual([items[1]]);
  });

  it('does not keep the next batch from being sent', async () => {
    const many = Array.from({ length: 15 }, (_, index) => workItemOf({ fingerprint: `f${index}` }));
    const { queue, server } = await setUp((entry) => (isAbout('f3')(entry) ? 'failed' : 'stored'));
    expect(await queue.send(many)).toEqual([many[3]]);
    expect(server.calls.map(({ body }) => body.Entries.length)).toEqual([10, 1, 5]);
  });

  it('is offered under the same deduplication ids', async () => {
    const { queue, server } = await setUp((_, attempt) => (attempt === 1 ? 'failed' : 'stored'));
    await queue.send(items);
    const [first, second] = server.calls.map(({ body }) =>
      body.Entries.map(
        ({ MessageDeduplicationId }: { readonly MessageDeduplicationId: string }) => MessageDeduplicationId,
      ),
    );
    expect(second).toEqual(first);
    expect(new Set(first).size).toBe(3);
  });
});

describe('no items at all', () => {
  it('are sent without a call', async () => {
    const { queue, server } = await setUp(() => 'stored');
    expect(await queue.send([])).toEqual([]);
    expect(server.calls).toEqual([]);
  });
});
