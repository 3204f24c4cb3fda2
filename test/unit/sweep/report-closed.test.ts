import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../core/incident/incident.ts';
import { reportClosed } from '../../../functions/sweep/report-closed.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { createRecordingMetrics } from '../../fakes/recording-metrics.ts';
import { incidentOf, receiptOf } from '../../fakes/sample-records.ts';

const HOUR = 3_600_000;
const byOutcome = { Cluster: 'lab-1', Outcome: 'self-recovered' };

function setUp() {
  const clock = createFakeClock();
  const ports = {
    store: createInMemoryIncidentStore(),
    metrics: createRecordingMetrics(),
    clock: clock.now,
    log: createRecordingLog(),
  };
  const seedClosed = (incidentId: string, parts: Partial<Incident> = {}) =>
    ports.store.seed(
      incidentOf({ incidentId, phase: 'closed', outcome: 'self-recovered', closedAt: clock.now() - 1_000, ...parts }),
    );
  return { ...ports, hand: clock, seedClosed, report: () => reportClosed(ports) };
}

describe('incidents that were closed', () => {
  it('are counted once, at the time of their end, with their names as properties', async () => {
    const floor = setUp();
    floor.seedClosed('a');
    floor.seedClosed('b');
    floor.store.seed(incidentOf({ incidentId: 'open' }));
    expect(await floor.report()).toBe(2);
    expect(await floor.report()).toBe(0);
    expect(floor.metrics.of('ClosedIncidents', byOutcome)).toEqual([1, 1]);
    const [first] = floor.metrics.written;
    expect(first).toMatchObject({ at: floor.hand.now() - 1_000, about: { incidentId: 'a', node: 'gpu-1' } });
  });

  it('are marked before they are counted: where the table does not take the mark, nothing is counted', async () => {
    const floor = setUp();
    floor.seedClosed('a');
    floor.store.faults.next('update', 'refused');
    expect(await floor.report()).toBe(0);
    expect(floor.metrics.written).toEqual([]);
    expect(await floor.report()).toBe(1);
  });

  it('keep no other from being counted when one cannot be read', async () => {
    const floor = setUp();
    floor.seedClosed('a', { timeline: { lines: [{ ...receiptOf({ event: 'opened' }), more: true }], leftOut: 0 } });
    floor.seedClosed('b');
    floor.store.faults.next('readEntry', 'refused');
    expect(await floor.report()).toBe(1);
    expect(floor.log.of('sweep-item-failed')).toMatchObject([{ part: 'closed', incidentId: 'a' }]);
  });

  it.each([
    [24 * HOUR, 1],
    [24 * HOUR + 1, 0],
  ])('are marked, and not counted when nobody would look for them any more: %i ms', async (age, counted) => {
    const floor = setUp();
    floor.seedClosed('a', { closedAt: floor.hand.now() - age });
    expect(await floor.report()).toBe(counted);
    expect(await floor.store.listUnreported(10)).toEqual([]);
  });

  it('are counted by another pass that read them too, once', async () => {
    const floor = setUp();
    floor.seedClosed('a');
    expect((await Promise.all([floor.report(), floor.report()])).toSorted()).toEqual([0, 1]);
    expect(floor.metrics.of('ClosedIncidents', byOutcome)).toEqual([1]);
  });

  it('have no segments where lines of the timeline are left out', async () => {
    const floor = setUp();
    const alerts = [
      { fingerprint: 'f', startsAt: 1, status: 'resolved' as const, alertname: 'A', summary: null, lastSeenAt: 1 },
    ];
    floor.seedClosed('a', { outcome: 'repaired', alerts, timeline: { lines: [], leftOut: 3 } });
    await floor.report();
    const metrics = floor.metrics.written.map(({ metric }) => metric);
    expect(metrics).toContain('MitigationSeconds');
    expect(metrics).not.toContain('SegmentSeconds');
  });
});
