import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../../adapters/aws/dynamodb-table.ts';
import { fromReceiptItem, toReceiptItem } from '../../../adapters/aws/receipt-item.ts';
import { receiptOf } from '../../fakes/sample-records.ts';

const key = { pk: 'INCIDENT#lab-1.gpu-1.1', sk: 'RECEIPT#r0001.0001' };

function packedBytes(item: Item): number {
  return item['entry'] instanceof Uint8Array ? item['entry'].length : Number.NaN;
}

describe('a receipt entry in the table', () => {
  it('comes back as it was, and expires 30 days after it was written', () => {
    const entry = receiptOf({ at: 1_000_500, detail: { lines: ['x', null, 1.5], empty: '' } });
    const item = { ...toReceiptItem(entry), ...key };
    expect(fromReceiptItem(item)).toEqual(entry);
    expect(item).toMatchObject({ ttl: 1_001 + 30 * 24 * 3_600 });
    expect(toReceiptItem(entry, 15)).toMatchObject({ ttl: 1_001 + 15 * 24 * 3_600 });
  });

  it('is small where its detail repeats itself', () => {
    const nodes = Array.from({ length: 200 }, (_, index) => ({ name: `gpu-${index}`, labels: 'l'.repeat(1_000) }));
    expect(packedBytes(toReceiptItem(receiptOf({ detail: { nodes } })))).toBeLessThan(10_000);
  });

  it('says what is left out where it does not fit', () => {
    const item = { ...toReceiptItem(receiptOf({ detail: randomBytes(400_000).toString('base64') })), ...key };
    expect(packedBytes(item)).toBeLessThan(350_000);
    expect(fromReceiptItem(item).detail).toMatchObject({ leftOut: expect.stringContaining('bytes when compressed') });
  });

  it('of version 0.1.0 is read as well', () => {
    const entry = receiptOf({ detail: { verdict: 'allow' } });
    expect(fromReceiptItem({ ...entry, ...key })).toEqual(entry);
  });

  it('that was damaged is an error which names it', () => {
    expect(() => fromReceiptItem({ ...key, entry: new Uint8Array([1, 2, 3]) })).toThrow(/RECEIPT#r0001.0001/);
  });
});
