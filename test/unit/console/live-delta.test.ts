import { describe, expect, it } from 'vitest';
import { incidentLine } from '../../../core/console/incident-line.ts';
import type { LiveState } from '../../../functions/console/live-state.ts';
import { newsOf } from '../../../functions/console/page/news.ts';
import { createLiveDelta } from '../../../local/console/live-delta.ts';
import { openIncidentOf } from '../../fakes/console-under-test.ts';

const line = (number: number, version = 1) => incidentLine(openIncidentOf(number, { version }));

const state = (parts: Partial<LiveState> = {}): LiveState => ({
  fleet: { listedAt: 1, leftOut: 0, nodes: [], ways: [] },
  incidents: [],
  older: null,
  standing: { pauses: [], budgets: [], reserved: [] },
  setup: { fleet: 'simulated', users: [], standIn: false, hints: null, faults: null, stack: null },
  messages: [],
  whispers: [],
  ...parts,
});

describe('what a page is told', () => {
  it('is everything at first, and then only what changed', () => {
    const deltaOf = createLiveDelta();
    const first = deltaOf(state({ incidents: [line(1), line(2)] }));
    expect(Object.keys(first ?? {}).toSorted()).toEqual(
      ['fleet', 'incidents', 'messages', 'older', 'setup', 'standing', 'whispers'].toSorted(),
    );
    expect(deltaOf(state({ incidents: [line(1), line(2)] }))).toBeUndefined();
    expect(deltaOf(state({ incidents: [line(1), line(2, 2)] }))).toEqual({
      incidents: { changed: [line(2, 2)], gone: [] },
    });
    expect(deltaOf(state({ incidents: [line(2, 2)] }))).toEqual({
      incidents: { changed: [], gone: [line(1).incidentId] },
    });
  });

  it('is that there is no incident, where there is none', () => {
    expect(createLiveDelta()(state())?.incidents).toEqual({ changed: [], gone: [] });
  });
});

describe('what a screen reader is told', () => {
  const before = new Map([1, 2, 3, 4, 5].map((number) => [line(number).incidentId, line(number)]));
  const asks = (number: number) => ({ ...line(number, 2), phase: 'awaiting-approval' as const });

  it('is nothing when the page opens, and nothing where only the version changed', () => {
    expect(newsOf(undefined, [line(1)])).toBe('');
    expect(newsOf(before, [line(1, 2)])).toBe('');
  });

  it('is a sentence for each incident that is in another state', () => {
    expect(newsOf(before, [asks(1), line(9)])).toBe(
      'gpu-1, vxlan-wedge: waits for a yes or no. gpu-9, vxlan-wedge: is repaired.',
    );
  });

  it('is a count where many changed at once', () => {
    expect(newsOf(before, [1, 2, 3, 4].map(asks))).toBe('4 incidents changed.');
  });
});
