import { el } from './element.ts';
import { pageOf } from './incident-filter.ts';
import { healthWords, type NodeState, type Way } from './node-state.ts';
import { pager } from './pager.ts';
import { ago, wayWords } from './words.ts';

export interface FleetTableInput {
  readonly states: readonly NodeState[];
  readonly now: number;
  /** A part of the name of a node, its hub, site or pool. */
  readonly text: string;
  readonly page: number;
  readonly turn: (page: number) => void;
}

const ROWS = 25;

/** The drawing as a table: every node, a page at a time. */
export function fleetTable({ states, now, text, page: wanted, turn }: FleetTableInput): readonly Node[] {
  const found = states.filter((state) => fits(state, text));
  const { items, page, pages } = pageOf(found, wanted, ROWS);
  const head = ['Node', 'Hub', 'Site', 'Pool', 'State', 'To the node', 'From the node', 'Measured'];
  const table = el(
    'table',
    {},
    el('caption', {}, `${found.length} of ${states.length} nodes`),
    el('thead', {}, el('tr', {}, ...head.map((name) => el('th', { scope: 'col' }, name)))),
    el('tbody', {}, ...items.map((state) => row(state, now))),
  );
  return [
    el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Nodes' }, table),
    ...pager({ name: 'nodes', page, pages, turn }),
  ];
}

function row(state: NodeState, now: number): HTMLTableRowElement {
  const { node, inward, outward } = state;
  const measured = [inward, outward].flatMap((way) => way.measured?.at ?? []);
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, node.name),
    ...[
      node.isHub ? 'is a hub' : (node.hub ?? '–'),
      node.site ?? '–',
      node.pool ?? '–',
      healthWords(state, now),
      wayCell(inward),
      wayCell(outward),
      measured.length === 0 ? 'never' : ago(Math.min(...measured), now),
    ].map((text) => el('td', {}, text)),
  );
}

function wayCell({ small, full }: Way): string {
  if (small === 'unmeasured' && full === 'unmeasured') return wayWords.unmeasured;
  return `small ${wayWords[small]}, full size ${wayWords[full]}`;
}

function fits({ node }: NodeState, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return [node.name, node.hub, node.site, node.pool].some((each) => each?.toLowerCase().includes(wanted));
}
