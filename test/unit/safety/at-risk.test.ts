import { describe, expect, it } from 'vitest';
import { atRisk, gpusInUse, type RunningPod } from '../../../core/safety/at-risk.ts';

const pod = (name: string, gpus: number): RunningPod => ({ namespace: 'ml', name, gpus, gang: null });

describe('what a disruption may cost', () => {
  it('is no GPU work where no pod uses one', () => {
    expect(atRisk({ type: 'known', pods: [pod('web', 0)], gangs: [] })).toEqual(['no pod on the node uses a GPU']);
  });

  it('is the GPUs, their pods by name, and the gangs that span other nodes', () => {
    const gangs = [
      { namespace: 'ml', name: 'train', pods: 16, nodes: 4 },
      { namespace: 'ml', name: 'small', pods: 2, nodes: 1 },
    ];
    expect(atRisk({ type: 'known', pods: [pod('b', 4), pod('a', 4)], gangs })).toEqual([
      '8 GPUs in use by 2 pods: ml/a, ml/b',
      'ml/train spans 4 nodes: all of its 16 pods lose work',
    ]);
  });

  it('counts what does not fit', () => {
    const pods = Array.from({ length: 7 }, (_, index) => pod(`p${index}`, 1));
    expect(atRisk({ type: 'known', pods: pods.slice(0, 5), gangs: [] })).toEqual([
      '5 GPUs in use by 5 pods: ml/p0, ml/p1, ml/p2, ml/p3, ml/p4',
    ]);
    expect(atRisk({ type: 'known', pods, gangs: [] })).toEqual([
      '7 GPUs in use by 7 pods: ml/p0, ml/p1, ml/p2, ml/p3, ml/p4 and 2 more',
    ]);
  });

  it('is said to be unknown where it could not be read', () => {
    expect(atRisk({ type: 'unknown', reason: 'pods may not be listed' })).toEqual([
      'what runs on the node is not known: pods may not be listed',
    ]);
    expect(gpusInUse({ type: 'unknown', reason: 'pods may not be listed' })).toBeNull();
  });
});
