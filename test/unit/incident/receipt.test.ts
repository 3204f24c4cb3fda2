import { describe, expect, it } from 'vitest';
import { ReceiptEntry } from '../../../core/incident/receipt.ts';

const entry = (event: string) => ({
  incidentId: 'lab.gpu-1.1',
  entryId: 'r0001.0001',
  at: 1,
  event,
  summary: 'to keep it over a restart: …',
  stage: 'reconcile',
  operationKey: null,
  detail: null,
});

describe('a stored receipt entry', () => {
  it('of 0.1.0 still parses, under the present name of its event', () => {
    expect(ReceiptEntry.parse(entry('handover')).event).toBe('permanent');
  });

  it.each(['climbed', 'permanent', 'handed-over'])('keeps the event %s', (event) => {
    expect(ReceiptEntry.parse(entry(event)).event).toBe(event);
  });

  it.each(['quarantined', 'toString', ''])('does not parse with the event %j, which nothing writes', (event) => {
    expect(ReceiptEntry.safeParse(entry(event)).success).toBe(false);
  });
});
