import { expect, it } from 'vitest';
import type { OperatorHolds } from '../../../core/safety/operator-hold.ts';

/** What every store of holds promises; `newHolds` gives an empty one. */
export function describeOperatorHolds(newHolds: () => Promise<OperatorHolds>): void {
  it('knows the newest hold of a node, and no other node’s', async () => {
    const holds = await newHolds();
    const target = { cluster: 'lab-1', node: 'gpu-1' };
    expect(await holds.get(target)).toBeUndefined();
    await holds.put(target, { until: 1, reason: 'a person uncordoned the node', incidentId: 'lab-1.gpu-1.1' });
    await holds.put(target, { until: 2, reason: 'a person uncordoned the node', incidentId: 'lab-1.gpu-1.2' });
    expect(await holds.get(target)).toMatchObject({ until: 2, incidentId: 'lab-1.gpu-1.2' });
    expect(await holds.get({ ...target, node: 'gpu-2' })).toBeUndefined();
  });
}
