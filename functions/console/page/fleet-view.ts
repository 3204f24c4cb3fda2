import type { IncidentLine } from '../../../core/console/incident-line.ts';
import { byId, show, svg } from './element.ts';
import { type HubBlock, type Layout, layoutFleet, type Rest, type Row, type SiteBlock } from './fleet-layout.ts';
import { atEnd, lane, line, part } from './fleet-parts.ts';
import { nodeText, restText } from './fleet-words.ts';
import { type Health, healthWords, type NodeState, wayText } from './node-state.ts';
import { makeReachable, moveFocus } from './roving-focus.ts';
import { stateWords } from './words.ts';

/** What a click, or Enter, on a part of the drawing asks for. `text`: finds it in the table. */
export interface FleetChoice {
  readonly text: string;
  readonly incident: IncidentLine | undefined;
}

export interface FleetViewInput {
  readonly states: readonly NodeState[];
  readonly incidents: readonly IncidentLine[];
  readonly now: number;
  readonly choose: (choice: FleetChoice) => void;
}

const WIDEST = 980;
const signs: Readonly<Record<Health, string>> = {
  incident: '▲',
  'not-ready': '■',
  loses: '✕',
  unknown: '○',
  passes: '●',
};

/** Draws the fleet into its place. */
export function showFleet(input: FleetViewInput): void {
  const place = byId('picture');
  const layout = layoutFleet(input.states, Math.min(WIDEST, Math.max(300, place.clientWidth)));
  const { width, height } = layout;
  const drawing = svg('svg', {
    width,
    height: height + 2,
    viewBox: `-1 -1 ${width + 2} ${height + 2}`,
    role: 'group',
    'aria-labelledby': 'fleet-summary',
    keydown: (event) => moveFocus(event),
  });
  for (const block of layout.hubs) drawing.append(...hubParts(block, layout, input));
  show(place, drawing);
  makeReachable(drawing);
}

function hubParts(block: HubBlock, layout: Layout, input: FleetViewInput): readonly SVGElement[] {
  return [
    ...block.sites.flatMap((site) => siteParts(site, block, layout, input)),
    hubBox(block, layout, input),
    ...block.tiles.map((tile) => {
      const text = restText(tile.rest);
      const name = tile.site === null ? 'no site' : `site ${tile.site}`;
      const body = [
        svg('rect', { class: 'box calm', x: 0, y: 0, width: layout.tile.width, height: layout.tile.height, rx: 6 }),
        line(name, 12, 24, 'name', layout.tile.width - 20),
        line(text, 12, 44, 'quiet', layout.tile.width - 20),
      ];
      return part(tile.key, `${name}: ${text}.`, tile.x, tile.y, body, () => choose(input, tile.site ?? ''));
    }),
  ];
}

function hubBox({ hub, y, height }: HubBlock, { lanesFrom }: Layout, input: FleetViewInput): SVGElement {
  const width = lanesFrom - 8;
  const name = hub?.node.name ?? 'no hub known';
  const health = hub?.health ?? 'unknown';
  const middle = Math.min(height / 2, 40);
  const said = hub === undefined ? '' : hubWords(hub);
  const body = [
    svg('rect', { class: `box ${health}`, x: 0, y: 0, width, height, rx: 6 }),
    line(`${signs[health]} ${name}`, 8, middle - 2, `name ${health}`, width - 6),
    line(said, 8, middle + 16, 'quiet', width - 6),
  ];
  const text = hub === undefined ? 'Nodes whose hub is not known' : `Hub ${nodeText(hub, input.now)}`;
  return part(`hub ${name}`, text, 0, y, body, () => choose(input, name, hub?.incident));
}

/** A hub has no tunnel to a hub: what is measured is between it and its nodes. */
function hubWords({ incident, node }: NodeState): string {
  if (incident !== undefined) return `${incident.class}: ${stateWords(incident)}`;
  return node.ready === 'True' ? 'Ready' : 'not Ready';
}

function siteParts(site: SiteBlock, hub: HubBlock, layout: Layout, input: FleetViewInput): readonly SVGElement[] {
  const shared = input.incidents.find(({ node, phase }) => phase !== 'closed' && node === `site/${site.site}`);
  const said = shared === undefined ? '' : ` — ▲ ${shared.class}: ${stateWords(shared)}`;
  const name = site.site === null ? 'no site' : `site ${site.site}`;
  const title = line(
    `${name}${said}`,
    layout.lanesTo,
    site.y + 17,
    `site ${shared === undefined ? '' : 'incident'}`,
    layout.nodeWidth,
  );
  return [title, ...site.rows.map((row) => rowPart(row, hub, layout, input))];
}

function rowPart({ key, y, content }: Row, { hub }: HubBlock, layout: Layout, input: FleetViewInput): SVGElement {
  const { lanesTo, nodeWidth } = layout;
  const top = y - 21;
  const box = (health: string) =>
    svg('rect', { class: `box ${health}`, x: lanesTo, y: 1, width: nodeWidth, height: 40, rx: 6 });
  const lanes = (ways: Pick<NodeState, 'inward' | 'outward'>) =>
    hub === undefined ? [] : [lane(ways.inward, 10, 'in', layout), lane(ways.outward, 32, 'out', layout)];
  if (content.type !== 'node')
    return restPart(key, content, top, [...lanes(content), box(classOfRest(content))], layout, input);
  const { state } = content;
  const { node, health, failing, incident } = state;
  const others = [...new Set(failing.map(({ from, to }) => (from === node.name ? to : from)))];
  const body = [
    ...lanes(state),
    box(health),
    line(`${signs[health]} ${node.name}`, lanesTo + 10, 18, `name ${health}`, nodeWidth - 16),
    line(healthWords(state, input.now), lanesTo + 10, 34, 'quiet', nodeWidth - 16),
    ...(others.length > 0 && nodeWidth > 220 ? [atEnd(`✕ ${others.join(', ')}`, lanesTo + nodeWidth - 8, 18)] : []),
  ];
  return part(key, nodeText(state, input.now), 0, top, body, () => choose(input, node.name, incident));
}

function restPart(
  key: string,
  rest: Rest,
  top: number,
  drawn: readonly SVGElement[],
  { lanesTo, nodeWidth }: Layout,
  input: FleetViewInput,
): SVGElement {
  const text = restText(rest);
  const body = [
    ...drawn,
    line(text, lanesTo + 10, 26, rest.type === 'sick' ? 'name incident' : 'quiet', nodeWidth - 16),
  ];
  const site = rest.states[0]?.node.site ?? '';
  const ways = rest.type === 'sick' ? '' : ` Towards them: ${wayText(rest.inward, input.now)}.`;
  return part(key, `${site === '' ? 'No site' : `Site ${site}`}: ${text}.${ways}`, 0, top, body, () =>
    choose(input, site),
  );
}

function classOfRest({ type, states }: Rest): Health | 'calm' {
  if (type === 'sick') return 'incident';
  return states.every(({ health }) => health === 'passes') ? 'passes' : 'calm';
}

function choose({ choose: tell }: FleetViewInput, text: string, incident?: IncidentLine): void {
  tell({ text, incident });
}
