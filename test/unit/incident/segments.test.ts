import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceiptEntry, ReceiptEvent } from '../../../core/incident/receipt.ts';
import { type SegmentName, timeBySegment } from '../../../core/incident/segments.ts';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { receiptOf } from '../../fakes/sample-records.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';
import { answer, createIncidentUnderTest } from '../runbook/incident-under-test.ts';

const alert = rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node: 'gpu-1' } });

function secondsOf(receipt: readonly ReceiptEntry[]): Readonly<Partial<Record<SegmentName | 'atRest', number | null>>> {
  const { segments, atRestSeconds } = timeBySegment(receipt);
  return { ...Object.fromEntries(segments.map(({ name, seconds }) => [name, seconds])), atRest: atRestSeconds };
}

/** Entries of one run, each so many seconds after the first. */
function run(...steps: readonly (readonly [number, ReceiptEvent, string?])[]): readonly ReceiptEntry[] {
  return steps.map(([seconds, event, operationKey = null], index) =>
    receiptOf({ entryId: `r0001.${index}`, at: seconds * 1_000, event, operationKey }),
  );
}

const opened = (at: number, detail: ReceiptEntry['detail'] = { startsAt: 1_000, receivedAt: 31_000 }) =>
  receiptOf({ entryId: 'd.x', event: 'opened', at: at * 1_000, detail });

const repaired = run(
  [40, 'diagnosis'],
  [41, 'guard'],
  [42, 'plan'],
  [50, 'command', 'key'],
  [50, 'verification'],
  [55, 'diagnosis'],
  [57, 'command', 'key.confirm'],
  [87, 'diagnosis'],
  [88, 'closed'],
);

describe('the time of an incident by segment', () => {
  it('is told from the alert to the verified end', () => {
    expect(secondsOf([opened(33), ...repaired])).toEqual({
      detection: null,
      intake: 30,
      queue: 2,
      evidence: 7,
      decision: 2,
      approval: 0,
      delivery: null,
      execution: 8,
      verification: 38,
      atRest: 0,
    });
  });

  it('says what is unknown, and why', () => {
    const { segments } = timeBySegment(repaired);
    const unknown = segments.filter(({ seconds }) => seconds === null);
    expect(unknown.map(({ name, why }) => [name, why])).toEqual([
      ['detection', 'the receipt begins with the alert'],
      ['intake', 'the entry of the alert is not kept'],
      ['queue', 'the entry of the alert is not kept'],
      ['evidence', 'the receipt does not say when the incident was opened'],
      ['delivery', 'counted with execution'],
    ]);
    const expired = secondsOf([opened(33, { leftOut: 'the detail is no longer kept' }), ...repaired]);
    expect(expired).toMatchObject({ intake: null, queue: null, evidence: 7 });
  });

  it('counts the wait for a person apart, whether there is an answer or a new look', () => {
    const asked = run([0, 'diagnosis'], [1, 'guard'], [2, 'approval-requested']);
    const decided = run([902, 'approval-decided'], [902, 'climbed']);
    expect(secondsOf([...asked, ...decided])).toMatchObject({ decision: 2, approval: 900, verification: 0 });
    expect(secondsOf([...asked, ...run([62, 'diagnosis'])])).toMatchObject({ approval: 60 });
  });

  it('counts the rest between two runs apart', () => {
    const handed = run([0, 'diagnosis'], [5, 'handed-over'], [605, 'diagnosis'], [606, 'closed']);
    expect(secondsOf(handed)).toMatchObject({ atRest: 600, decision: 5, verification: 1 });
  });

  it('counts each of several hosts as execution, and a rollback as verification', () => {
    const hosts = run(
      [0, 'plan'],
      [4, 'command', 'k-1'],
      [9, 'command', 'k-2'],
      [9, 'verification'],
      [12, 'diagnosis'],
    );
    const back = run([15, 'command', 'k-1.rollback'], [15, 'climbed'], [16, 'guard']);
    expect(secondsOf([...hosts, ...back])).toMatchObject({ execution: 9, verification: 6, decision: 1 });
  });

  it('does not cut a segment where an alert is attached', () => {
    const second = receiptOf({ entryId: 'd.y', event: 'alert-attached', at: 45_000 });
    expect(secondsOf([opened(33), ...repaired.slice(0, 3), second, ...repaired.slice(3)])).toEqual(
      secondsOf([opened(33), ...repaired]),
    );
  });
});

describe('the receipts of the real chain', () => {
  it('of a repair without a question: stable time is verification', async () => {
    const chain = createChainUnderTest();
    await chain.post(alert);
    await chain.untilAllClosed();
    const [incident] = await chain.incidents();
    const receipt = await chain.ports.store.readReceipt(incident?.incidentId ?? '');
    const { verification, approval, intake, queue, delivery } = secondsOf(receipt);
    expect(verification).toBeGreaterThanOrEqual(30);
    expect([approval, delivery]).toEqual([0, null]);
    expect([intake, queue]).toEqual([expect.any(Number), expect.any(Number)]);
  });

  it('of a question that is answered after 120 s', async () => {
    const work = createIncidentUnderTest();
    work.commands.heals = ['bounce'];
    await work.start();
    await work.untilAsked();
    work.advanceSeconds(120);
    await answer(work, 'approved');
    await work.untilClosed();
    const receipt = await work.store.readReceipt('lab.gpu-1.1');
    expect(secondsOf(receipt)['approval']).toBeGreaterThanOrEqual(120);
  });
});

const events = [
  'diagnosis',
  'guard',
  'plan',
  'approval-requested',
  'approval-decided',
  'command',
  'verification',
  'climbed',
  'handed-over',
  'held',
  'error',
  'released',
  'closed',
] as const;

it('gives every second after the opening to one segment or to the rest', () => {
  const step = fc.record({ event: fc.constantFrom(...events), wait: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const times: number[] = [];
      for (const { wait } of steps) times.push((times.at(-1) ?? 33) + wait);
      const entries = run(...steps.map(({ event }, index) => [times[index] ?? 33, event, 'k'] as const));
      const { evidence, decision, approval, execution, verification, atRest } = secondsOf([opened(33), ...entries]);
      const parts = [evidence, decision, approval, execution, verification, atRest];
      expect(parts.reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0)).toBe((times.at(-1) ?? 33) - 33);
    }),
  );
});
