import { describe, expect, it } from 'vitest';
import { type HostMemory, rememberUndone, type Undone } from '../../../core/safety/memory.ts';

const done: HostMemory = { acts: [], troubles: [{ incidentId: 'lab.gpu-1.0', at: 1 }], undone: null };

describe('a decision that was not carried out', () => {
  const undone: Undone = {
    at: 1_000,
    incidentId: 'lab.gpu-1.1',
    stage: 'bounce',
    class: 'vxlan-wedge',
    cause: 'fdb-missing',
    pool: 'gpu',
    differences: [],
  };
  const stored = rememberUndone(done, undone);

  it('is remembered beside what was done', () => {
    expect(stored).toEqual({ ...done, undone });
    expect(rememberUndone(undefined, undone)).toEqual({ acts: [], troubles: [], undone });
  });

  it('keeps the time of the first when it is made again', () => {
    expect(rememberUndone(stored, { ...undone, at: 2_000, differences: ['more'] })).toBeUndefined();
  });

  it.each<Partial<Undone>>([
    { incidentId: 'lab.gpu-1.2' },
    { stage: 'reconcile' },
    { class: 'missing-route' },
    { cause: 'neighbour-missing' },
  ])('is replaced by another one: %j', (parts) => {
    expect(rememberUndone(stored, { ...undone, ...parts, at: 2_000 })?.undone).toMatchObject({ at: 2_000 });
  });
});
