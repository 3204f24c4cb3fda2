import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openIncident } from '../../fakes/open-incident.ts';
import { payloads, recorded, recordedText as textOf } from '../../fixtures/payloads.ts';
import { type SqsUnderTest, startSqs } from '../queue/queue-under-test.ts';
import { type DynamoDbUnderTest, startDynamoDb } from '../store/table-under-test.ts';
import { startChain } from './chain-under-test.ts';

let sqs: SqsUnderTest;
let dynamoDb: DynamoDbUnderTest;
beforeAll(async () => {
  [sqs, dynamoDb] = await Promise.all([startSqs(), startDynamoDb()]);
});
afterAll(() => Promise.all([sqs.close(), dynamoDb.close()]));

interface RawAlert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
}

const alertsOf = (text: string): readonly RawAlert[] => JSON.parse(text).alerts;
const firingNodes = (text: string) =>
  new Set(
    alertsOf(text)
      .filter(({ status }) => status === 'firing')
      .map(({ labels }) => labels['node']),
  );

describe('webhooks of a real Alertmanager', () => {
  it('are there to be posted', () => {
    expect(payloads.length).toBeGreaterThan(0);
    expect(recorded).toHaveLength(8);
  });

  it.each(payloads)('$name: every alert is accounted for, from the answer to dispatch', async ({ text }) => {
    const { post, work, store, engine, log } = await startChain(sqs, dynamoDb);
    const { statusCode, answer } = await post(text);
    expect(statusCode).toBe(200);
    expect(answer.received).toBe(alertsOf(text).length);
    const counts: readonly number[] = Object.values(answer.outcomes);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(answer.received);
    expect(await work()).toEqual({ worked: answer.outcomes.queued ?? 0, failures: [] });
    expect(log.of('alert-dispatched')).toHaveLength(answer.outcomes.queued ?? 0);
    expect(engine.started).toHaveLength((await store.listOpen()).length);
  });

  it.each(recorded)('$name: every alert is queued, and every firing node has its incident', async ({ text }) => {
    const { post, work, store } = await startChain(sqs, dynamoDb);
    const { answer } = await post(text);
    expect(answer).toEqual({
      received: alertsOf(text).length,
      outcomes: { queued: alertsOf(text).length },
      truncated: JSON.parse(text).truncatedAlerts,
    });
    await work();
    expect(new Set((await store.listOpen()).map(({ target }) => target.node))).toEqual(firingNodes(text));
  });
});

describe('the same webhook twice', () => {
  it.each([
    ['in the queue at the same time', false],
    ['when the first was worked already', true],
  ])('makes one incident and one execution per node: %s', async (_, workBetween) => {
    const { post, work, store, engine } = await startChain(sqs, dynamoDb);
    await post(textOf('06'));
    if (workBetween) await work();
    expect((await post(textOf('06'))).answer.outcomes).toEqual({ queued: 3 });
    await work();
    const open = await store.listOpen();
    expect(open).toHaveLength(3);
    // Opened with its first line: the copy wrote nothing.
    expect(open.every(({ alerts, version }) => alerts.length === 1 && version === 1)).toBe(true);
    expect(open.map(({ timeline }) => timeline?.lines.length)).toEqual([1, 1, 1]);
    expect(engine.started).toHaveLength(3);
  });

  it('from two Alertmanagers, whose groups differ, makes one incident too', async () => {
    const { post, work, store, engine } = await startChain(sqs, dynamoDb);
    const copy = { ...JSON.parse(textOf('01')), groupKey: '{}:{cluster="lab-1"}', receiver: 'other' };
    await Promise.all([post(textOf('01')), post(copy)]);
    await work();
    expect(await store.listOpen()).toHaveLength(1);
    expect(engine.started).toHaveLength(1);
  });
});

describe('a group as it grows, resolves in parts and ends', () => {
  it('is one incident with the state of each of its alerts', async () => {
    const { post, work, store, engine, clock } = await startChain(sqs, dynamoDb);
    const target = { cluster: 'lab-1', node: 'gpu-node-07' };
    const states = async () => (await openIncident(store, target))?.alerts.map(({ status }) => status);
    const deliver = async (prefix: string) => {
      clock.advanceSeconds(30);
      await post(textOf(prefix));
      await work();
    };
    await deliver('01');
    expect(await states()).toEqual(['firing']);
    await deliver('02');
    expect(await states()).toEqual(['firing', 'firing', 'firing']);
    await deliver('03');
    expect((await states())?.toSorted()).toEqual(['firing', 'resolved', 'resolved']);
    await deliver('05');
    expect(await states()).toEqual(['resolved', 'resolved', 'resolved']);
    expect(engine.started).toHaveLength(1);
    const incidentId = (await openIncident(store, target))?.incidentId ?? '';
    expect((await store.readReceipt(incidentId)).map(({ event }) => event)).toEqual([
      'opened',
      ...Array(5).fill('alert-attached'),
    ]);
  });

  it('opens nothing when only its end is ever seen', async () => {
    const { post, work, store } = await startChain(sqs, dynamoDb);
    await post(textOf('14'));
    expect(await work()).toEqual({ worked: 1, failures: [] });
    expect(await store.listRecent(10)).toEqual([]);
  });
});

describe('an alert that comes back with a new start after its incident was closed', () => {
  it('opens the next incident: its resolve was never delivered', async () => {
    const { post, work, store } = await startChain(sqs, dynamoDb);
    const flap = JSON.parse(textOf('12'));
    const at = (startsAt: string) => ({ ...flap, alerts: [{ ...flap.alerts[0], startsAt }] });
    await post(at('2026-11-21T00:03:00.000Z'));
    await work();
    const [first] = await store.listOpen();
    await store.update(first?.incidentId ?? '', (current) => ({ ...current, phase: 'closed', closedAt: Date.now() }));
    await post(flap);
    await work();
    expect(await store.listOpen()).toMatchObject([{ target: { node: 'w-9' }, sequence: 2 }]);
  });
});

describe('when dispatch fails for one node', () => {
  it('the others go on, and the redelivery completes it', async () => {
    const { post, work, engine, store } = await startChain(sqs, dynamoDb);
    engine.faults.next('start', 'refused');
    await post(textOf('06'));
    const { worked, failures } = await work();
    expect([worked, failures.length]).toEqual([3, 1]);
    expect(engine.started).toHaveLength(2);
    expect(await store.listOpen()).toHaveLength(3);
  });
});
