import { describe, expect, it } from 'vitest';
import type { WorkItem } from '../../../core/alert/work-item.ts';
import { handleBatch } from '../../../functions/dispatch/handle-batch.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { openIncident } from '../../fakes/open-incident.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { workItemOf } from '../../fakes/sample-records.ts';

function setUp() {
  const store = createInMemoryIncidentStore();
  const engine = createFakeEngine();
  const log = createRecordingLog();
  return {
    store,
    engine,
    log,
    ports: { store, directory: createInMemoryNodeDirectory(), engine, log, clock: createFakeClock().now },
  };
}

const record = (messageId: string, node: string, body: unknown) => ({
  messageId,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: { MessageGroupId: `lab-1/${node}` },
});
const on = (node: string, parts: Partial<WorkItem> = {}) =>
  workItemOf({ target: { cluster: 'lab-1', node }, ...parts });
const failed = (...ids: readonly string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('an alert of another cluster', () => {
  it('is taken from the queue and refused on record: no incident, no execution', async () => {
    const { ports, store, engine, log } = setUp();
    const Records = [record('m1', 'gpu-1', on('gpu-1', { target: { cluster: 'lab-2', node: 'gpu-1' } }))];
    expect(await handleBatch({ Records }, ports, ['lab-1'])).toEqual(failed());
    expect(await store.listRecent(9)).toEqual([]);
    expect(engine.started).toEqual([]);
    expect(log.of('alert-refused')).toMatchObject([{ reason: 'unknown-cluster', cluster: 'lab-2', node: 'gpu-1' }]);
  });
});

describe('a batch of messages', () => {
  it('is worked in order for one node', async () => {
    const { ports, store } = setUp();
    const Records = [record('m1', 'gpu-1', on('gpu-1')), record('m2', 'gpu-1', on('gpu-1', { status: 'resolved' }))];
    expect(await handleBatch({ Records }, ports, ['lab-1'])).toEqual(failed());
    expect((await openIncident(store, { cluster: 'lab-1', node: 'gpu-1' }))?.alerts).toMatchObject([
      { status: 'resolved' },
    ]);
  });

  it('fails the rest of a group with its first failure, and goes on with the others', async () => {
    const { ports, store, engine } = setUp();
    store.faults.next('getLatest', 'none', 'refused');
    const Records = [
      record('m1', 'gpu-1', on('gpu-1')),
      record('m2', 'gpu-2', on('gpu-2')),
      record('m3', 'gpu-1', on('gpu-1', { fingerprint: 'b' })),
      record('m4', 'gpu-2', on('gpu-2', { status: 'resolved' })),
      record('m5', 'gpu-3', on('gpu-3')),
    ];
    expect(await handleBatch({ Records }, ports, ['lab-1'])).toEqual(failed('m2', 'm4'));
    expect(engine.started.map(({ name }) => name)).toEqual(['lab-1_gpu-1_1-mwpnc7hc-1', 'lab-1_gpu-3_1-mwpnc7hc-1']);
  });

  it('works the other groups while one of them waits for the table', async () => {
    const { ports, store, engine } = setUp();
    const { getLatest } = store;
    const { promise: answer, resolve } = Promise.withResolvers<void>();
    store.getLatest = async (target) => {
      if (target.node === 'gpu-1') await answer;
      return getLatest(target);
    };
    const Records = [record('m1', 'gpu-1', on('gpu-1')), record('m2', 'gpu-2', on('gpu-2'))];
    const handled = handleBatch({ Records }, ports, ['lab-1']);
    await expect.poll(() => engine.started.map(({ name }) => name)).toEqual(['lab-1_gpu-2_1-mwpnc7hc-1']);
    resolve();
    expect(await handled).toEqual(failed());
    expect(engine.started).toHaveLength(2);
  });

  it.each(['not JSON', '{}', 'null', JSON.stringify({ ...on('gpu-1'), schema: 'restitch/work-item/9' })])(
    'reports the poison %j by itself and holds no other group',
    async (poison) => {
      const { ports, engine, log } = setUp();
      const Records = [record('m1', 'gpu-1', poison), record('m2', 'gpu-2', on('gpu-2'))];
      expect(await handleBatch({ Records }, ports, ['lab-1'])).toEqual(failed('m1'));
      expect(engine.started).toHaveLength(1);
      expect(log.of('dispatch-failed')).toMatchObject([{ messageId: 'm1' }]);
    },
  );

  it('succeeds when what failed is delivered again', async () => {
    const { ports, engine } = setUp();
    engine.faults.next('start', 'refused');
    const Records = [record('m1', 'gpu-1', on('gpu-1'))];
    expect(await handleBatch({ Records }, ports, ['lab-1'])).toEqual(failed('m1'));
    expect(await handleBatch({ Records }, ports, ['lab-1'])).toEqual(failed());
    expect(engine.started).toHaveLength(1);
  });
});
