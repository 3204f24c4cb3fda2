import { expect, it } from 'vitest';
import { type NodePod, planDrain } from '../../../core/safety/eviction.ts';

const pod = (name: string, parts: Partial<NodePod> = {}): NodePod => ({
  namespace: 'ml',
  name,
  uid: `uid-${name}`,
  controller: 'Job',
  mirror: false,
  finished: false,
  terminating: false,
  ...parts,
});

it('a drain evicts what a controller starts again elsewhere, and tells the rest apart', () => {
  const pods = [
    pod('train'),
    pod('alone', { controller: null }),
    pod('leaving', { terminating: true }),
    pod('leaving-alone', { terminating: true, controller: null }),
    pod('of-every-node', { controller: 'DaemonSet' }),
    pod('of-the-kubelet', { mirror: true }),
    pod('done', { finished: true }),
  ];
  const { evict, leaving, unmanaged } = planDrain(pods);
  const names = (some: readonly NodePod[]) => some.map(({ name }) => name);
  expect(names(evict)).toEqual(['train']);
  expect(names(leaving)).toEqual(['leaving', 'leaving-alone']);
  expect(names(unmanaged)).toEqual(['alone']);
});
