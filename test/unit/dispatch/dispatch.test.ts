import { describe, expect, it } from 'vitest';
import type { WorkItem } from '../../../core/alert/work-item.ts';
import { executionName, type Incident } from '../../../core/incident/incident.ts';
import { incidentIdFor } from '../../../core/incident/incident-id.ts';
import { LINGERING_MS } from '../../../core/incident/lingering.ts';
import { dispatch, startNextRun } from '../../../functions/dispatch/dispatch.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { openIncident } from '../../fakes/open-incident.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf, workItemOf } from '../../fakes/sample-records.ts';

function setUp(...seeds: readonly Incident[]) {
  const store = createInMemoryIncidentStore();
  for (const incident of seeds) store.seed(incident);
  const engine = createFakeEngine();
  const clock = createFakeClock();
  const log = createRecordingLog();
  const ports = { store, directory: createInMemoryNodeDirectory(), engine, clock: clock.now, log };
  return { store, engine, clock, log, ports, send: (item: WorkItem) => dispatch(item, ports) };
}

const firing = workItemOf();
const T0 = createFakeClock().now();
/** What dispatch calls the first and the second incident of gpu-1. */
const FIRST = incidentIdFor(firing.target, 1, T0);
const SECOND = incidentIdFor(firing.target, 2, T0);
const resolved = workItemOf({ status: 'resolved' });
const other = workItemOf({ fingerprint: 'other', alertname: 'KubeletUnreachable' });
const alertOf = ({ fingerprint, startsAt, status, alertname, summary, receivedAt }: WorkItem) => ({
  fingerprint,
  startsAt,
  status,
  alertname,
  summary,
  lastSeenAt: receivedAt,
});
const atWork = incidentOf({ phase: 'diagnosing', alerts: [alertOf(firing)] });
const closedAt = firing.receivedAt + 60_000;
const closed = incidentOf({ phase: 'closed', outcome: 'repaired', closedAt, alerts: [alertOf(firing)] });

describe('the first alert of a target', () => {
  it('opens an incident and starts its execution under its own name', async () => {
    const { send, store, engine } = setUp();
    expect(await send(firing)).toBe('opened');
    expect(await openIncident(store, firing.target)).toMatchObject({
      incidentId: FIRST,
      phase: 'opened',
      hypothesis: 'vxlan-wedge',
      alerts: [alertOf(firing)],
    });
    expect(engine.started).toEqual([
      { name: executionName({ incidentId: FIRST, run: 1 }), input: { incidentId: FIRST, run: 1 } },
    ]);
    expect(await store.readReceipt(FIRST)).toMatchObject([{ event: 'opened' }]);
  });

  it('opens nothing when it is already over', async () => {
    const { send, store, engine } = setUp();
    expect(await send(resolved)).toBe('nothing-open');
    expect(await store.getLatest(firing.target)).toBeUndefined();
    expect(engine.started).toEqual([]);
  });
});

describe('the same alert again', () => {
  it('changes nothing, whether redelivered or the copy of a second Alertmanager', async () => {
    const { send, store, engine } = setUp();
    await send(firing);
    const before = await openIncident(store, firing.target);
    expect(await send({ ...firing, receivedAt: firing.receivedAt + 5_000 })).toBe('unchanged');
    expect(await openIncident(store, firing.target)).toEqual(before);
    expect(engine.started).toHaveLength(1);
    expect(await store.readReceipt(FIRST)).toHaveLength(1);
  });

  it('does not disturb a person who is being asked', async () => {
    const { send, engine } = setUp({ ...atWork, pending: { callbackId: 'cb', approvalId: 'a' } });
    engine.openCallback('cb');
    await send(firing);
    expect(engine.completed).toEqual([]);
  });

  it('starts no new run of an incident at rest', async () => {
    const { send, engine } = setUp({ ...atWork, phase: 'handed-over' });
    expect(await send(firing)).toBe('unchanged');
    expect(engine.started).toEqual([]);
  });
});

describe('news about a target with an open incident', () => {
  it.each([
    ['a further alert', other, 'alert-firing', 2],
    ['another episode of the same alert', { ...firing, startsAt: firing.startsAt + 1 }, 'alert-firing', 2],
    ['the end of its alert', resolved, 'alert-resolved', 1],
  ] as const)('%s is put on record and wakes the execution that waits', async (_, item, signal, alerts) => {
    const pending = { callbackId: 'cb', approvalId: 'a' } as const;
    const { send, store, engine, clock } = setUp({ ...atWork, pending });
    engine.openCallback('cb');
    expect(await send(item)).toBe('attached');
    const incident = await openIncident(store, item.target);
    expect(incident?.alerts).toHaveLength(alerts);
    expect(incident?.alerts).toContainEqual(alertOf(item));
    expect(engine.completed).toEqual([{ callbackId: 'cb', result: { type: 'signal', signal, at: clock.now() } }]);
    expect(await store.readReceipt(atWork.incidentId)).toMatchObject([{ event: 'alert-attached' }]);
  });

  it('starts another run of an incident that is at rest', async () => {
    const { send, store, engine } = setUp({ ...atWork, phase: 'handed-over' });
    await send(other);
    expect(await openIncident(store, other.target)).toMatchObject({ run: 2, phase: 'diagnosing' });
    expect(engine.started.map(({ name }) => name)).toEqual(['lab-1_gpu-1_1-2']);
  });

  it('of a resume starts one run after the one that waited, however often it comes, and is no news of the alert', async () => {
    const { send, store, engine } = setUp({ ...atWork, phase: 'handed-over', waitsFor: 'paused' });
    const wake = { ...firing, wake: { run: 1 } };
    expect(await send(wake)).toBe('attached');
    expect(await send(wake)).toBe('unchanged');
    expect(engine.started.map(({ name }) => name)).toEqual(['lab-1_gpu-1_1-2']);
    expect(await store.readReceipt(atWork.incidentId)).toEqual([]);
  });

  it('of a resume opens nothing, and leaves an incident at work alone', async () => {
    const { send, engine } = setUp(atWork);
    expect(await send({ ...firing, wake: { run: 1 } })).toBe('unchanged');
    expect(await send({ ...firing, target: { cluster: 'lab-1', node: 'gpu-9' }, wake: { run: 1 } })).toBe('unchanged');
    expect(engine.started).toEqual([]);
  });

  it('keeps the alert that opened the incident, and of a flood the newest', async () => {
    const { send, store } = setUp();
    await send(firing);
    for (let minute = 1; minute <= 150; minute++) await send({ ...firing, startsAt: firing.startsAt + minute });
    const alerts = (await openIncident(store, firing.target))?.alerts ?? [];
    expect(alerts).toHaveLength(100);
    expect(alerts[0]?.startsAt).toBe(firing.startsAt);
    expect(alerts.at(-1)?.startsAt).toBe(firing.startsAt + 150);
  });

  it('has one incident per target and does not touch the neighbour', async () => {
    const { send, store, engine } = setUp();
    await send(firing);
    await send(workItemOf({ target: { cluster: 'lab-1', node: 'gpu-2' } }));
    expect((await store.listOpen()).map(({ incidentId }) => incidentId).toSorted()).toEqual([
      FIRST,
      FIRST.replace('gpu-1', 'gpu-2'),
    ]);
    expect(engine.started).toHaveLength(2);
  });
});

describe('after the incident was closed', () => {
  it('a late redelivery of what it was about opens nothing', async () => {
    const { send, engine } = setUp(closed);
    expect(await send(firing)).toBe('already-closed');
    expect(engine.started).toEqual([]);
  });

  it.each([
    ['just before', -1, 'already-closed'],
    ['at', 0, 'already-closed'],
    ['just after', 1, 'opened'],
  ])('an alert that is still firing %s the time it may linger', async (_, offset, outcome) => {
    const { send } = setUp(closed);
    expect(await send({ ...firing, receivedAt: closedAt + LINGERING_MS + offset })).toBe(outcome);
  });

  it('a new episode opens the next incident', async () => {
    const { send, store } = setUp(closed);
    expect(await send({ ...firing, startsAt: closedAt - 1_000 })).toBe('opened');
    expect(await openIncident(store, firing.target)).toMatchObject({ incidentId: SECOND, sequence: 2 });
  });

  it('a resolved alert is recorded and opens nothing', async () => {
    const { send, log, store } = setUp(closed);
    expect(await send(resolved)).toBe('nothing-open');
    expect(log.of('alert-dispatched')).toMatchObject([{ outcome: 'nothing-open', incidentId: closed.incidentId }]);
    expect(await openIncident(store, firing.target)).toBeUndefined();
  });
});

describe('when the incident closes while an alert is on its way into it', () => {
  it('opens the next one, so that the alert is not buried with the old', async () => {
    const { send, store, engine, ports } = setUp(atWork);
    const update = ports.store.update;
    let raced = false;
    ports.store = {
      ...store,
      update: async (incidentId, change) => {
        if (!raced) await update(incidentId, (current) => ({ ...current, phase: 'closed', closedAt: 1 }));
        raced = true;
        return update(incidentId, change);
      },
    };
    expect(await send(other)).toBe('opened');
    expect((await store.get('lab-1.gpu-1.1'))?.alerts).toHaveLength(1);
    expect(await openIncident(store, other.target)).toMatchObject({ sequence: 2, alerts: [alertOf(other)] });
    expect(engine.started.at(-1)?.name).toBe(executionName({ incidentId: SECOND, run: 1 }));
  });
});

describe('a crash or a failure anywhere, then the redelivery', () => {
  const pending = { callbackId: 'cb', approvalId: 'a' } as const;
  const situations: readonly (readonly [string, readonly Incident[], WorkItem])[] = [
    ['opening', [], firing],
    ['opening the next one', [closed], other],
    ['attaching to one at work', [atWork], other],
    ['waking one that waits', [{ ...atWork, pending }], resolved],
    ['waking one at rest', [{ ...atWork, phase: 'handed-over' }], other],
  ];
  const calls = ['getLatest', 'openOrGet', 'update', 'appendReceipt', 'start', 'completeCallback'];
  const faults = ['refused', 'lost-reply', 'crash'] as const;
  const table = situations.flatMap(([name, seeds, item]) =>
    calls.flatMap((call) =>
      [0, 1].flatMap((skip) => faults.map((fault) => ({ name, seeds, item, call, skip, fault }))),
    ),
  );

  const settled = async (context: ReturnType<typeof setUp>) => ({
    incidents: (await context.store.listRecent(9)).map(({ version, ...rest }) => rest),
    receipts: await Promise.all([FIRST, atWork.incidentId].map((id) => context.store.readReceipt(id))),
    started: context.engine.started,
    completed: context.engine.completed,
  });

  it.each(table)('$name, $fault in $call after $skip: ends as if nothing had happened', async (row) => {
    const calm = setUp(...row.seeds);
    calm.engine.openCallback('cb');
    await calm.send(row.item);

    const stormy = setUp(...row.seeds);
    stormy.engine.openCallback('cb');
    const plan = [...Array<'none'>(row.skip).fill('none'), row.fault];
    for (const faults of [stormy.store.faults, stormy.engine.faults]) faults.next(row.call, ...plan);
    const deliver = () => stormy.send(row.item).catch(() => 'failed');
    for (let delivery = 1; (await deliver()) === 'failed'; delivery++) expect(delivery).toBeLessThan(3);

    expect(await settled(stormy)).toEqual(await settled(calm));
  });
});

describe('a further run', () => {
  it('is started once by two who want it', async () => {
    const resting = { ...atWork, phase: 'handed-over' } as const;
    const { ports, engine, store } = setUp(resting);
    await Promise.all([startNextRun(resting, ports), startNextRun(resting, ports)]);
    expect(engine.started.map(({ name }) => name)).toEqual(['lab-1_gpu-1_1-2']);
    expect(await store.get(resting.incidentId)).toMatchObject({ run: 2 });
  });

  it('is not started of an incident that is closed', async () => {
    const { ports, engine } = setUp(closed);
    await startNextRun({ ...closed, phase: 'handed-over' }, ports);
    expect(engine.started).toEqual([]);
  });
});
