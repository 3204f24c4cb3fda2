import { describe, expect, it } from 'vitest';
import { incidentLine } from '../../../core/console/incident-line.ts';
import {
  anyIncident,
  filterFrom,
  fitting,
  pageOf,
  withFilter,
} from '../../../functions/console/page/incident-filter.ts';
import { openIncidentOf } from '../../fakes/console-under-test.ts';

const lines = [
  incidentLine(openIncidentOf(1, { phase: 'closed', outcome: 'repaired', openedAt: 5 })),
  incidentLine(openIncidentOf(2, { phase: 'repairing', openedAt: 1 })),
  incidentLine(openIncidentOf(3, { phase: 'awaiting-approval', diagnosis: 'one-way-nat', openedAt: 2 })),
  incidentLine(openIncidentOf(14, { phase: 'handed-over', openedAt: 3 })),
];
const poolOf = (node: string) => (node === 'gpu-2' ? 'a100' : null);
const names = (parts: Partial<typeof anyIncident>) =>
  fitting(lines, { ...anyIncident, ...parts }, poolOf).map(({ node }) => node);

describe('the list of incidents', () => {
  it('begins with what waits for a person, and ends with what is closed', () => {
    expect(names({})).toEqual(['gpu-3', 'gpu-14', 'gpu-2', 'gpu-1']);
  });

  it.each([
    [{ state: 'open' }, ['gpu-3', 'gpu-14', 'gpu-2']],
    [{ state: 'asks' }, ['gpu-3']],
    [{ state: 'working' }, ['gpu-2']],
    [{ state: 'handed-over' }, ['gpu-14']],
    [{ state: 'closed' }, ['gpu-1']],
    [{ class: 'one-way-nat' }, ['gpu-3']],
    [{ pool: 'a100' }, ['gpu-2']],
    [{ node: ' GPU-1' }, ['gpu-14', 'gpu-1']],
    [{ state: 'open', class: 'one-way-nat', node: '2' }, []],
  ])('with %j has %j', (parts, expected) => {
    expect(names(parts)).toEqual(expected);
  });

  it.each([
    [1, 1, 25],
    [41, 40, 25],
    [40, 40, 25],
    [0, 1, 25],
  ])('page %i of 1,000 is page %i, with %i', (wanted, page, length) => {
    const all = Array.from({ length: 1_000 }, (_, index) => index);
    const shown = pageOf(all, wanted, 25);
    expect([shown.page, shown.items.length, shown.pages]).toEqual([page, length, 40]);
  });

  it('is one page where nothing is in it', () => {
    expect(pageOf([], 3, 25)).toEqual({ items: [], page: 1, pages: 1 });
  });
});

describe('the address of the page', () => {
  it('holds the filter, and gives it back', () => {
    const filter = { state: 'open', class: 'vxlan-wedge', pool: 'a&b', node: 'gpu 1', page: 3 };
    const address = withFilter(new URLSearchParams('incident=x'), filter);
    expect(address.get('incident')).toBe('x');
    expect(filterFrom(new URLSearchParams(address.toString()))).toEqual(filter);
  });

  it('has nothing of a filter that is off', () => {
    expect(withFilter(new URLSearchParams('state=open&page=4'), anyIncident).toString()).toBe('');
  });

  it.each(['page=-1', 'page=x', 'page=1.5', ''])('with %s is on the first page', (text) => {
    expect(filterFrom(new URLSearchParams(text)).page).toBe(1);
  });
});
