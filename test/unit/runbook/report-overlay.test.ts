import { describe, expect, it } from 'vitest';
import { RestitchError } from '../../../core/restitch-error.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

const told = (work: ReturnType<typeof createIncidentUnderTest>) =>
  work.cluster.reports.map(({ node, condition: { status, reason } }) => `${node} ${status} ${reason}`);

describe('what others are told about the node', () => {
  it('is its fault once, and its recovery', async () => {
    const work = createIncidentUnderTest();
    await work.start();
    await work.untilClosed();
    expect(told(work)).toEqual(['gpu-1 False VxlanWedge', 'gpu-1 True Healthy']);
  });

  it('is nothing where it never was sick', async () => {
    const work = createIncidentUnderTest();
    work.commands.broken = false;
    await work.start();
    await work.untilClosed();
    expect(told(work)).toEqual([]);
  });

  it('never keeps a repair from its end: not even where the role lacks the right', async () => {
    const work = createIncidentUnderTest();
    work.cluster.reportOverlay = async () => {
      throw new RestitchError('kubernetes', 'set condition of gpu-1: 503', { retryable: true });
    };
    await work.start();
    expect((await work.untilClosed()).outcome).toBe('repaired');
    expect(work.log.lines.map(({ event }) => event)).toContain('overlay-not-reported');
  });
});
