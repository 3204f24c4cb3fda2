import { describe, expect, it } from 'vitest';
import { createChainUnderTest } from '../../fakes/chain-under-test.ts';
import { rawAlert } from '../../fakes/webhook-request.ts';
import { outsideOfList } from '../metrics/allowed-sets.ts';

const alert = rawAlert({ labels: { alertname: 'FlannelVxlanWedge', cluster: 'lab', node: 'gpu-1' } });

describe('the figures of the whole chain', () => {
  it('say what was repaired and what the time went to, once, and no metric is outside of the list', async () => {
    const chain = createChainUnderTest();
    chain.commands.heals = ['bounce'];
    await chain.post(alert);
    await chain.until(async () => (await chain.ports.approvals.listPending()).length > 0);
    await chain.sweep();
    await chain.approveAll();
    await chain.untilAllClosed();
    for (const _ of [1, 2]) await chain.sweep();
    const { metrics } = chain;
    const Cluster = 'lab';
    expect(metrics.of('AwaitingApprovalIncidents', { Cluster })).toContain(1);
    expect(metrics.of('ClosedIncidents', { Cluster, Outcome: 'repaired' })).toEqual([1]);
    expect(metrics.of('ClosedIncidents', { Cluster, Class: 'vxlan-wedge' })).toEqual([1]);
    expect(metrics.of('ApprovalSeconds', { Cluster })).toHaveLength(1);
    const [whole] = metrics.of('MitigationSeconds', { Cluster });
    const segments = metrics.written.filter(({ metric }) => metric === 'SegmentSeconds');
    expect(segments.map(({ by }) => by.Segment)).toContain('execution');
    expect(segments.reduce((sum, { value }) => sum + Number(value), 0)).toBeCloseTo(Number(whole), 0);
    expect(metrics.of('OpenIncidents', { Cluster }).at(-1)).toBe(0);
    expect(metrics.of('QueuedAlerts', { Cluster })).toEqual([1]);
    expect(outsideOfList(metrics.written)).toEqual([]);
  });
});
