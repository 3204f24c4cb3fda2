import type { IncidentLine } from '../../../core/console/incident-line.ts';

/** What the list shows. Empty text: any. `page` counts from 1. */
export interface IncidentFilter {
  readonly state: string;
  readonly class: string;
  readonly pool: string;
  /** A part of the node's name. */
  readonly node: string;
  readonly page: number;
}

export const anyIncident: IncidentFilter = { state: '', class: '', pool: '', node: '', page: 1 };

/** The states that can be asked for, and the words for them. */
export const stateChoices = {
  open: 'open',
  asks: 'waits for a yes or no',
  working: 'at work',
  'handed-over': 'handed over',
  held: 'held',
  closed: 'closed',
} as const;

/** How many incidents are drawn at once, however many there are. */
export const PAGE_SIZE = 25;

/** The part of the page's address that says what is shown; everything else in it stays. */
export function filterFrom(address: URLSearchParams): IncidentFilter {
  const page = Number(address.get('page'));
  return {
    state: address.get('state') ?? '',
    class: address.get('class') ?? '',
    pool: address.get('pool') ?? '',
    node: address.get('node') ?? '',
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

export function withFilter(address: URLSearchParams, filter: IncidentFilter): URLSearchParams {
  const next = new URLSearchParams(address);
  for (const [name, value] of Object.entries(filter)) {
    if (value === '' || (name === 'page' && value === 1)) next.delete(name);
    else next.set(name, String(value));
  }
  return next;
}

/** The incidents that fit; those that wait for a person first, then the other open ones, then closed ones. `poolOf`: of a node. */
export function fitting(
  incidents: readonly IncidentLine[],
  filter: IncidentFilter,
  poolOf: (node: string) => string | null,
): readonly IncidentLine[] {
  const node = filter.node.trim().toLowerCase();
  return incidents
    .filter(
      (incident) =>
        (filter.state === '' || isInState(incident, filter.state)) &&
        (filter.class === '' || incident.class === filter.class) &&
        (filter.pool === '' || poolOf(incident.node) === filter.pool) &&
        (node === '' || incident.node.toLowerCase().includes(node)),
    )
    .toSorted((a, b) => rank(a) - rank(b) || b.openedAt - a.openedAt);
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly pages: number;
}

/** One page of a list. A page that is not there is the last one. */
export function pageOf<T>(all: readonly T[], wanted: number, size: number): Page<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const page = Math.min(Math.max(1, wanted), pages);
  return { items: all.slice((page - 1) * size, page * size), page, pages };
}

function isInState({ phase }: IncidentLine, state: string): boolean {
  switch (state) {
    case 'open':
      return phase !== 'closed';
    case 'asks':
      return phase === 'awaiting-approval';
    case 'working':
      return phase === 'opened' || phase === 'diagnosing' || phase === 'repairing' || phase === 'verifying';
    default:
      return phase === state;
  }
}

function rank({ phase }: IncidentLine): number {
  if (phase === 'awaiting-approval') return 0;
  if (phase === 'handed-over') return 1;
  return phase === 'closed' ? 3 : 2;
}
