import { describe, expect, it } from 'vitest';
import { type Case, readCase } from '../../../cli/report/case.ts';
import { figuresOf } from '../../../cli/report/figures.ts';
import { spreadOf } from '../../../cli/report/spread.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import type { ReceiptEvent } from '../../../core/incident/receipt.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { incidentOf, receiptOf } from '../../fakes/sample-records.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';

const { openedAt } = incidentOf();
const HOUR = 3_600_000;
const period = { since: openedAt - HOUR, until: openedAt + 1_000 * HOUR };
const onItself = { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' } as const;
const closed = { phase: 'closed', diagnosis: 'healthy', found: onItself, closedAt: openedAt + 60_000 } as const;

/** An incident whose runbook wrote these entries, each a second after the one before. */
function caseOf(
  parts: Partial<Incident>,
  ...events: readonly (ReceiptEvent | Parameters<typeof receiptOf>[0])[]
): Case {
  const receipt = events.map((event, index) =>
    receiptOf({
      entryId: `r0001.000${index}`,
      at: openedAt + index * 1_000,
      ...(typeof event === 'string' ? { event } : event),
    }),
  );
  return { incident: incidentOf(parts), receipt };
}

const acted = { stage: 'reconcile', operationKey: 'key' } as const;
const repair = [
  'diagnosis',
  { event: 'command', ...acted },
  { event: 'verification', ...acted },
  'diagnosis',
  'closed',
] as const;
const repaired = caseOf({ ...closed, outcome: 'repaired' }, ...repair);

const figures = (cases: readonly Case[], later = cases.map(({ incident }) => incident)) =>
  figuresOf(cases, later, period);

describe('incidents that ended without a person', () => {
  it('are those in which nobody was asked, called, or took the node back', () => {
    const { all } = figures([
      repaired,
      caseOf({ ...closed, outcome: 'self-recovered' }, 'diagnosis', 'closed'),
      caseOf({ ...closed, outcome: 'repaired' }, 'approval-requested', 'approval-decided', ...repair),
      caseOf({ ...closed, outcome: 'self-recovered' }, 'handed-over', 'diagnosis', 'closed'),
      caseOf({ ...closed, outcome: 'cancelled' }, 'diagnosis', 'closed'),
      caseOf({ phase: 'handed-over' }, 'diagnosis', 'handed-over'),
    ]);
    expect(all.ended).toEqual({ repaired: 1, 'self-recovered': 1, 'with-a-person': 4, other: 0 });
    expect(all.autonomy).toEqual({ part: 2, of: 6 });
  });

  it('are not counted among what is under way, held, or about no node', () => {
    const { all } = figures([
      caseOf({ phase: 'repairing' }, 'diagnosis'),
      caseOf({ phase: 'held' }, 'held'),
      caseOf({ phase: 'closed', outcome: 'no-target' }, 'closed'),
    ]);
    expect([all.incidents, all.ended.other, all.autonomy.of]).toEqual([3, 3, 0]);
  });
});

describe('repairs that stayed', () => {
  const again = (hours: number, parts: Partial<Incident> = {}) =>
    incidentOf({ incidentId: 'lab-1.gpu-1.2', found: onItself, openedAt: closed.closedAt + hours * HOUR, ...parts });
  const precision = (...later: readonly Incident[]) => figures([repaired], [repaired.incident, ...later]).all.precision;

  it.each([
    ['none came', [], 1],
    ['the same class came within a day', [again(23.9)], 0],
    ['it came after a day', [again(24)], 1],
    ['another class came', [again(1, { found: { ...onItself, class: 'missing-route' } })], 1],
    ['it came on another node', [again(1, { target: { cluster: 'lab-1', node: 'gpu-2' } })], 1],
    ['it was a duplicate', [again(1, { outcome: 'duplicate' })], 1],
  ])('where %s', (_, later, part) => {
    expect(precision(...later)).toEqual({ part, of: 1 });
  });

  it('are counted of every incident in which one was tried and that is at its end', () => {
    const climbed = { event: 'climbed', stage: 'reconcile' } as const;
    const { all } = figures([
      repaired,
      caseOf({ phase: 'handed-over' }, 'diagnosis', { event: 'command', ...acted }, climbed, 'handed-over'),
      caseOf({ phase: 'handed-over' }, 'diagnosis', climbed, 'handed-over'),
      caseOf({ phase: 'verifying' }, ...repair.slice(0, 3)),
    ]);
    expect(all.precision).toEqual({ part: 1, of: 2 });
  });
});

describe('the class of an incident', () => {
  it('is what was found, and no guess', () => {
    const { byClass } = figures([
      repaired,
      repaired,
      caseOf({ phase: 'closed', outcome: 'self-recovered', diagnosis: 'healthy' }),
      caseOf({ phase: 'held' }),
      caseOf({ phase: 'held' }),
      caseOf({ phase: 'held' }),
      caseOf({ phase: 'handed-over', diagnosis: 'unknown' }),
    ]);
    expect(byClass.map(({ class: name, incidents }) => [name, incidents])).toEqual([
      ['vxlan-wedge', 2],
      ['unknown', 1],
      ['not looked at', 3],
      ['no fault found', 1],
    ]);
  });

  it('is kept by the real chain when the node is healthy again', async () => {
    const chain = createChainUnderTest();
    await chain.post(rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node: 'gpu-1' } }));
    await chain.untilAllClosed();
    const [incident] = await chain.incidents();
    expect(incident).toMatchObject({ diagnosis: 'healthy', found: { class: 'vxlan-wedge' } });
    const kept = await readCase(chain.ports.store, incidentOf(incident));
    const { all, timeToMitigate } = figures([kept]);
    expect([all.autonomy, all.precision]).toEqual([
      { part: 1, of: 1 },
      { part: 1, of: 1 },
    ]);
    expect(timeToMitigate.inAll.median).toBeGreaterThanOrEqual(30);
    expect(timeToMitigate.segments.find(({ name }) => name === 'queue')?.count).toBe(1);

    const { found: _, ...old } = incidentOf(incident);
    expect((await readCase(chain.ports.store, old)).incident.found).toEqual(incident?.found);
  });
});

describe('the receipt that a report reads', () => {
  it('is whole where the timeline is not', async () => {
    const store = createInMemoryIncidentStore();
    store.seed(incidentOf());
    for (let index = 0; index < 60; index++)
      await store.appendReceipt(
        receiptOf({ entryId: `r${String(index).padStart(3, '0')}`, at: openedAt + index, detail: { index } }),
      );
    const incident = await store.get('lab-1.gpu-1.1');
    expect((await readCase(store, incidentOf(incident))).receipt).toHaveLength(60);
  });
});

describe('the time to mitigate', () => {
  it('is that of the repaired incidents, from the alert to the end', () => {
    const fingerprint = 'f';
    const alert = { fingerprint, status: 'resolved', alertname: 'A', summary: null, lastSeenAt: openedAt } as const;
    const repairedIn = (seconds: number) => {
      const alerts = [{ ...alert, startsAt: openedAt - 10_000 }];
      return { ...repaired, incident: { ...repaired.incident, alerts, closedAt: openedAt + (seconds - 10) * 1_000 } };
    };
    const { timeToMitigate } = figures([
      ...[60, 20, 40].map(repairedIn),
      caseOf({ ...closed, outcome: 'self-recovered' }, 'diagnosis', 'closed'),
    ]);
    expect(timeToMitigate.inAll).toEqual({ count: 3, median: 40, p90: 60 });
    const segment = (name: string) => timeToMitigate.segments.find((each) => each.name === name);
    expect(segment('execution')).toMatchObject({ count: 3, median: 1, p90: 1 });
    expect(segment('detection')).toMatchObject({ count: 0, median: null, why: 'the receipt begins with the alert' });
  });

  it.each([
    [[], { count: 0, median: null, p90: null }],
    [[7], { count: 1, median: 7, p90: 7 }],
    [[4, 1, 3, 2], { count: 4, median: 2.5, p90: 4 }],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { count: 10, median: 5.5, p90: 9 }],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { count: 11, median: 6, p90: 10 }],
  ])('of %j seconds', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });
});

describe('recurring nodes and links', () => {
  it('are those with the fault on the same host twice, the most first', () => {
    const on = (
      node: string,
      hostAtFault: string | null,
      hours: number,
      name: 'vxlan-wedge' | 'missing-route' = 'vxlan-wedge',
    ) =>
      caseOf({
        target: { cluster: 'lab-1', node },
        found: { class: name, cause: 'fdb-missing', hostAtFault },
        openedAt: openedAt + hours * HOUR,
      });
    const { recurring } = figures([
      on('gpu-1', 'hub-1', 1),
      on('gpu-1', 'hub-1', 2, 'missing-route'),
      on('gpu-1', 'gpu-1', 3),
      on('gpu-2', 'gpu-2', 1),
      on('gpu-2', 'gpu-2', 4),
      on('gpu-2', 'gpu-2', 2),
      caseOf({ phase: 'held' }),
      caseOf({ phase: 'held' }),
    ]);
    expect(recurring).toEqual([
      {
        cluster: 'lab-1',
        node: 'gpu-2',
        hostAtFault: 'gpu-2',
        incidents: 3,
        classes: { 'vxlan-wedge': 3 },
        lastAt: openedAt + 4 * HOUR,
      },
      {
        cluster: 'lab-1',
        node: 'gpu-1',
        hostAtFault: 'hub-1',
        incidents: 2,
        classes: { 'vxlan-wedge': 1, 'missing-route': 1 },
        lastAt: openedAt + 2 * HOUR,
      },
    ]);
  });
});

describe('what was handed over', () => {
  it('has its last reason and what became of it', () => {
    const handed = (summary: string) =>
      ({ event: 'handed-over', summary: `handed over to a person: ${summary}` }) as const;
    const { handedOver } = figures([
      caseOf({ ...closed, outcome: 'self-recovered' }, handed('first'), 'diagnosis', handed('second'), 'closed'),
    ]);
    expect(handedOver).toEqual([
      { incidentId: 'lab-1.gpu-1.1', class: 'vxlan-wedge', at: openedAt + 2_000, why: 'second', now: 'self-recovered' },
    ]);
  });
});

it('counts duplicates in no figure', () => {
  const { all, duplicates } = figures([repaired, caseOf({ phase: 'closed', outcome: 'duplicate' }, 'closed')]);
  expect([all.incidents, duplicates]).toEqual([1, 1]);
});
