import { describe, expect, it } from 'vitest';
import { IncidentOutcome } from '../../../core/incident/incident.ts';
import type { ReceiptEvent } from '../../../core/incident/receipt.ts';
import { closingMeasurements } from '../../../core/metrics/closing-measurements.ts';
import { incidentOf, receiptOf, workItemOf } from '../../fakes/sample-records.ts';
import { outsideOfList } from './allowed-sets.ts';

const { fingerprint, startsAt, status, alertname, summary, receivedAt } = workItemOf();
const alerts = [{ fingerprint, startsAt, status, alertname, summary, lastSeenAt: receivedAt }];
const after = (seconds: number) => startsAt + seconds * 1_000;
const closed = incidentOf({
  phase: 'closed',
  outcome: 'repaired',
  alerts,
  diagnosis: 'healthy',
  found: { class: 'vxlan-wedge', cause: 'fdb-missing', hostAtFault: 'gpu-1' },
  closedAt: after(88),
});

const steps: readonly (readonly [number, ReceiptEvent, string?])[] = [
  [40, 'diagnosis'],
  [42, 'approval-requested', 'inc.bounce.1'],
  [60, 'approval-decided', 'inc.bounce.1'],
  [66, 'command', 'inc.bounce.1'],
  [88, 'closed'],
];
const receipt = [
  receiptOf({ entryId: 'd.x', event: 'opened', at: after(33), detail: { startsAt, receivedAt: after(30) } }),
  ...steps.map(([seconds, event, operationKey = null], index) =>
    receiptOf({ entryId: `r0001.${index}`, at: after(seconds), event, operationKey }),
  ),
];

const lines = (...given: Parameters<typeof closingMeasurements>) => {
  const measurements = closingMeasurements(...given);
  expect(outsideOfList(measurements)).toEqual([]);
  return measurements.map(({ metric, value, by }) => [metric, by.Class ?? by.Outcome ?? by.Segment, value]);
};

describe('the figures of a repaired incident', () => {
  it('are how it ended, how long it took, what the time went to, and how long people took', () => {
    expect(lines(closed, receipt)).toEqual([
      ['ClosedIncidents', 'repaired', 1],
      ['ClosedIncidents', 'vxlan-wedge', 1],
      ['MitigationSeconds', undefined, 88],
      ['MitigationSeconds', 'vxlan-wedge', 88],
      ['SegmentSeconds', 'intake', 30],
      ['SegmentSeconds', 'queue', 3],
      ['SegmentSeconds', 'evidence', 7],
      ['SegmentSeconds', 'decision', 2],
      ['SegmentSeconds', 'approval', 18],
      ['SegmentSeconds', 'execution', 6],
      ['SegmentSeconds', 'verification', 22],
      ['SegmentSeconds', 'at-rest', 0],
      ['ApprovalSeconds', undefined, [18]],
    ]);
  });

  it('are without segments and answers where the receipt is not there as a whole', () => {
    expect(lines(closed, undefined).map(([metric]) => metric)).toEqual([
      'ClosedIncidents',
      'ClosedIncidents',
      'MitigationSeconds',
      'MitigationSeconds',
    ]);
  });

  it('have segments that add up to the whole', () => {
    const segments = closingMeasurements(closed, receipt).filter(({ metric }) => metric === 'SegmentSeconds');
    expect(segments.reduce((sum, { value }) => sum + Number(value), 0)).toBe(88);
  });
});

describe('the figures of another end', () => {
  it.each(['self-recovered', 'cancelled', 'no-target'] as const)('have no time to mitigate: %s', (outcome) => {
    expect(lines({ ...closed, outcome }, receipt)).toEqual([
      ['ClosedIncidents', outcome, 1],
      ['ClosedIncidents', 'vxlan-wedge', 1],
      ['ApprovalSeconds', undefined, [18]],
    ]);
  });

  it('are of a duplicate its end alone: the rest belongs to the incident that it was joined to', () => {
    expect(lines({ ...closed, outcome: 'duplicate' }, receipt)).toEqual([['ClosedIncidents', 'duplicate', 1]]);
  });

  it('name every outcome that there is', () => {
    for (const outcome of IncidentOutcome.options)
      expect(lines({ ...closed, outcome }, [])).toContainEqual(['ClosedIncidents', outcome, 1]);
  });
});

describe('a question', () => {
  it('that was withdrawn has no time to its answer, and one that was asked twice has two', () => {
    const asked = [
      receiptOf({ entryId: 'r1', event: 'approval-requested', at: 0, operationKey: 'a' }),
      receiptOf({ entryId: 'r2', event: 'approval-requested', at: 5_000, operationKey: 'b' }),
      receiptOf({ entryId: 'r3', event: 'approval-decided', at: 9_000, operationKey: 'b' }),
      receiptOf({ entryId: 'r4', event: 'approval-requested', at: 10_000, operationKey: 'c' }),
      receiptOf({ entryId: 'r5', event: 'approval-decided', at: 70_000, operationKey: 'c' }),
    ];
    expect(lines({ ...closed, outcome: 'cancelled' }, asked)).toContainEqual(['ApprovalSeconds', undefined, [4, 60]]);
  });
});
