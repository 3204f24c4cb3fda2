import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetKey } from '../../../core/alert/target.ts';
import { dispatch } from '../../../functions/dispatch/dispatch.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { openIncident } from '../../fakes/open-incident.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { workItemOf } from '../../fakes/sample-records.ts';

const nodes = ['gpu-1', 'gpu-2'];

const delivery = fc.record({
  type: fc.constant('deliver' as const),
  node: fc.constantFrom(...nodes),
  fingerprint: fc.constantFrom('a', 'b'),
  episode: fc.nat({ max: 3 }),
  status: fc.constantFrom('firing' as const, 'resolved' as const),
  /** Two Alertmanagers deliver at the same time. */
  copies: fc.integer({ min: 1, max: 3 }),
  fault: fc.constantFrom('none' as const, 'refused' as const, 'lost-reply' as const, 'crash' as const),
  failing: fc.constantFrom('getLatest', 'openOrGet', 'update', 'appendReceipt', 'start'),
});
const event = fc.oneof(
  { weight: 4, arbitrary: delivery },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('close' as const), node: fc.constantFrom(...nodes) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('rest' as const), node: fc.constantFrom(...nodes) }) },
);

/** Plays the events with redelivery after every failure; returns what came of each firing alert. */
async function play(events: readonly (typeof event extends fc.Arbitrary<infer T> ? T : never)[]) {
  const store = createInMemoryIncidentStore();
  const engine = createFakeEngine();
  const clock = createFakeClock();
  const ports = {
    store,
    directory: createInMemoryNodeDirectory(),
    engine,
    clock: clock.now,
    log: createRecordingLog(),
  };
  const taken: ReturnType<typeof workItemOf>[] = [];
  for (const one of events) {
    clock.advanceSeconds(60);
    const target = { cluster: 'lab-1', node: one.node };
    if (one.type === 'deliver') {
      const { fingerprint, episode, status, copies, fault, failing } = one;
      const item = workItemOf({ target, fingerprint, startsAt: episode, status, receivedAt: clock.now() });
      for (const faults of [store.faults, engine.faults]) faults.next(failing, fault);
      // Each planned fault shows once at most, so a delivery gets through in the end.
      const untilDone = (): ReturnType<typeof dispatch> => dispatch(item, ports).catch(untilDone);
      const deliver = async () => {
        const outcome = await untilDone();
        if (outcome !== 'nothing-open' && outcome !== 'already-closed') taken.push(item);
      };
      await Promise.all(Array.from({ length: copies }, deliver));
      for (const faults of [store.faults, engine.faults]) faults.clear();
      continue;
    }
    const open = await openIncident(store, target);
    if (open === undefined) continue;
    await store.update(open.incidentId, (current) =>
      one.type === 'close'
        ? { ...current, phase: 'closed', closedAt: clock.now(), pending: null }
        : { ...current, phase: 'handed-over' },
    );
  }
  return { store, engine, taken };
}

describe('any order of alerts, copies, failures, closings and hand-overs', () => {
  it('leaves one open incident per target at most, and starts each run once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
        const { store, engine } = await play(events);
        const open = (await store.listOpen()).map(({ target }) => targetKey(target));
        expect(new Set(open).size).toBe(open.length);
        const names = engine.started.map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it('leaves no incident at work without an execution', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
        const { store, engine } = await play(events);
        for (const { incidentId, run, phase } of await store.listOpen()) {
          if (phase === 'handed-over') continue;
          expect(engine.started).toContainEqual(expect.objectContaining({ input: { incidentId, run } }));
        }
      }),
    );
  });

  it('puts every alert that was taken on record, in an incident of its target', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
        const { store, taken } = await play(events);
        const incidents = await store.listRecent(1_000);
        for (const { target, fingerprint, startsAt } of taken) {
          const mine = incidents.filter((incident) => targetKey(incident.target) === targetKey(target));
          const recorded = mine.flatMap(({ alerts }) => alerts);
          expect(recorded).toContainEqual(expect.objectContaining({ fingerprint, startsAt }));
        }
      }),
    );
  });
});
