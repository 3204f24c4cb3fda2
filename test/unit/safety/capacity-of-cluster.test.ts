import { describe, expect, it } from 'vitest';
import { capacityOfCluster } from '../../../core/safety/capacity-of-cluster.ts';
import type { CapacitySlot } from '../../../core/safety/disruption-budget.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';

const slot = (node: string): CapacitySlot => ({ node, incidentId: `i-${node}`, operationKey: 'key', expiresAt: 9 });

function setUp() {
  const ledger = createInMemoryCapacityLedger();
  return {
    ledger,
    west: capacityOfCluster(ledger, { names: ['west', 'old-west'], takesUnnamed: true }),
    east: capacityOfCluster(ledger, { names: ['east'], takesUnnamed: false }),
  };
}

describe('the reserved capacity of a cluster that shares a table', () => {
  it('counts its own nodes only, also where another cluster has nodes of the same names', async () => {
    const { ledger, west, east } = setUp();
    await west.update((slots) => [...slots, slot('gpu-1')]);
    expect(await east.read()).toEqual([]);
    expect(await east.update((slots) => [...slots, slot('gpu-1')])).toHaveLength(1);
    await east.update(() => []);
    expect(await ledger.read()).toEqual([{ ...slot('gpu-1'), cluster: 'west' }]);
  });

  it('goes on under the other names of the cluster', async () => {
    const { ledger, west } = setUp();
    await ledger.update(() => [{ ...slot('gpu-1'), cluster: 'old-west' }]);
    expect(await west.read()).toHaveLength(1);
  });

  it('from before there were several belongs to the first', async () => {
    const { ledger, west, east } = setUp();
    await ledger.update(() => [slot('gpu-1')]);
    expect([await west.read(), await east.read()]).toEqual([[slot('gpu-1')], []]);
    await east.update(() => [slot('gpu-2')]);
    expect(await west.read()).toEqual([slot('gpu-1')]);
  });

  it('that is left as it is writes nothing', async () => {
    const { ledger, east } = setUp();
    await ledger.update(() => [slot('gpu-1')]);
    await east.update(() => undefined);
    expect(await ledger.read()).toEqual([slot('gpu-1')]);
  });
});
