import { expect, it } from 'vitest';
import type { CapacityLedger, CapacitySlot } from '../../../core/safety/disruption-budget.ts';

const slot = (node: string): CapacitySlot => ({
  node,
  incidentId: 'i-1',
  operationKey: 'i-1.bounce.1-1',
  expiresAt: 1,
});

/** What every capacity ledger promises; `newLedger` gives an empty one. */
export function describeCapacityLedger(newLedger: () => Promise<CapacityLedger>): void {
  it('holds what was written last', async () => {
    const ledger = await newLedger();
    expect(await ledger.read()).toEqual([]);
    expect(await ledger.update(() => [slot('gpu-1')])).toEqual([slot('gpu-1')]);
    expect(await ledger.update(() => undefined)).toEqual([slot('gpu-1')]);
    expect(await ledger.read()).toEqual([slot('gpu-1')]);
    await ledger.update(() => []);
    expect(await ledger.read()).toEqual([]);
  });

  it('loses no slot of several who reserve at once', async () => {
    const ledger = await newLedger();
    const nodes = ['gpu-1', 'gpu-2', 'gpu-3', 'gpu-4', 'gpu-5', 'gpu-6'];
    await Promise.all(nodes.map((node) => ledger.update((slots) => [...slots, slot(node)])));
    expect((await ledger.read()).map(({ node }) => node).toSorted()).toEqual(nodes);
  });
}
