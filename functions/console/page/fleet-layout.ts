import { isSick, type NodeState, together, type Way } from './node-state.ts';

/** Up to so many nodes are drawn one by one; of a larger fleet only the sick ones. */
const MOST_SINGLE = 16;
/** Sick nodes of a large fleet, shared out among the sites that have any; what is beyond is one row of its site with a count. */
const MOST_SICK = 16;
const LEAST_PER_SITE = 2;
const ROW = 46;
const SITE_TITLE = 26;
const GAP = 18;
const TILE = { width: 168, height: 62, gap: 10 } as const;

/** Several nodes of a site drawn as one. `sick`: further sick nodes, for which there is no room. */
export interface Rest {
  readonly type: 'rest' | 'sick';
  readonly states: readonly NodeState[];
  readonly inward: Way;
  readonly outward: Way;
}

export type RowContent = { readonly type: 'node'; readonly state: NodeState } | Rest;

/** One row: the tunnel from the hub, and at its end a node or several. `y`: its middle. */
export interface Row {
  readonly key: string;
  readonly y: number;
  readonly content: RowContent;
}

export interface SiteBlock {
  readonly site: string | null;
  /** Of its title. */
  readonly y: number;
  readonly count: number;
  readonly rows: readonly Row[];
}

/** A site without a sick node, in a fleet that is too large to draw each. */
export interface SiteTile {
  readonly key: string;
  readonly site: string | null;
  readonly x: number;
  readonly y: number;
  readonly rest: Rest;
}

export interface HubBlock {
  readonly hub: NodeState | undefined;
  /** The rows between `y` and `y + height`; the hub is as high as they are. */
  readonly y: number;
  readonly height: number;
  readonly sites: readonly SiteBlock[];
  readonly tiles: readonly SiteTile[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The hub's column ends at `lanesFrom`, the nodes' begins at `lanesTo`. */
  readonly lanesFrom: number;
  readonly lanesTo: number;
  readonly nodeWidth: number;
  readonly tile: { readonly width: number; readonly height: number };
  readonly hubs: readonly HubBlock[];
}

/** Where everything of the picture stands, in pixels, in a drawing of this width. */
export function layoutFleet(states: readonly NodeState[], width: number): Layout {
  const columns = columnsIn(width);
  const single = states.length <= MOST_SINGLE;
  const sickSites = new Set(states.filter(isSick).map(({ node }) => node.site)).size;
  const perSite = Math.max(LEAST_PER_SITE, Math.floor(MOST_SICK / Math.max(1, sickSites)));
  const hubs = states.filter(({ node }) => node.isHub);
  const groups = Map.groupBy(
    states.filter(({ node }) => !node.isHub),
    ({ node }) => node.hub ?? '',
  );
  const names = [...new Set([...hubs.map(({ node }) => node.name), ...groups.keys()])];
  const blocks: HubBlock[] = [];
  let y = 0;
  for (const name of names) {
    const hub = hubs.find(({ node }) => node.name === name);
    const block = hubBlock(hub, groups.get(name) ?? [], y, { width, single, perSite });
    blocks.push(block);
    y = block.y + block.height + tilesHeight(block.tiles) + GAP;
  }
  return { width, height: Math.max(0, y - GAP), ...columns, tile: tileIn(width), hubs: blocks };
}

function columnsIn(width: number): Pick<Layout, 'lanesFrom' | 'lanesTo' | 'nodeWidth'> {
  const narrow = width < 560;
  const lanesFrom = narrow ? 86 : 170;
  const nodeWidth = narrow ? Math.max(150, width - 86 - 82) : Math.min(330, width * 0.42);
  return { lanesFrom, lanesTo: width - nodeWidth, nodeWidth };
}

function tileIn(width: number) {
  return { width: width < 560 ? (width - TILE.gap) / 2 : TILE.width, height: TILE.height };
}

function hubBlock(
  hub: NodeState | undefined,
  states: readonly NodeState[],
  top: number,
  { width, single, perSite }: { readonly width: number; readonly single: boolean; readonly perSite: number },
): HubBlock {
  const bySite = [...Map.groupBy(states, ({ node }) => node.site)].toSorted(([a], [b]) =>
    (a ?? '').localeCompare(b ?? '', 'en', { numeric: true }),
  );
  const isRow = (ofSite: readonly NodeState[]) => single || ofSite.some(isSick);
  const sites: SiteBlock[] = [];
  let y = top;
  for (const [site, ofSite] of bySite.filter(([, each]) => isRow(each))) {
    const contents = contentsOf(ofSite, single ? undefined : perSite);
    const rows = contents.map((content, index): Row => {
      const what = content.type === 'node' ? content.state.node.name : `${hub?.node.name} ${site} ${content.type}`;
      return { key: what, y: y + SITE_TITLE + index * ROW + ROW / 2, content };
    });
    sites.push({ site, y, count: ofSite.length, rows });
    y += SITE_TITLE + contents.length * ROW;
  }
  const height = Math.max(y - top, ROW);
  const tiles = tilesFor(
    bySite.filter(([, each]) => !isRow(each)),
    hub?.node.name ?? '',
    top + height + GAP,
    width,
  );
  return { hub, y: top, height, sites, tiles };
}

/** `mostSick` undefined: each node stands alone. */
function contentsOf(states: readonly NodeState[], mostSick: number | undefined): readonly RowContent[] {
  const asNode = (state: NodeState): RowContent => ({ type: 'node', state });
  if (mostSick === undefined) return states.map(asNode);
  const sick = states.filter(isSick);
  const others = states.filter((state) => !isSick(state));
  return [
    ...sick.slice(0, mostSick).map(asNode),
    ...(sick.length > mostSick ? [restOf('sick', sick.slice(mostSick))] : []),
    ...(others.length > 0 ? [restOf('rest', others)] : []),
  ];
}

function restOf(type: Rest['type'], states: readonly NodeState[]): Rest {
  return {
    type,
    states,
    inward: together(states.map(({ inward }) => inward)),
    outward: together(states.map(({ outward }) => outward)),
  };
}

function tilesFor(
  sites: readonly (readonly [string | null, readonly NodeState[]])[],
  hub: string,
  top: number,
  width: number,
): readonly SiteTile[] {
  const tile = tileIn(width);
  const perLine = Math.max(1, Math.floor((width + TILE.gap) / (tile.width + TILE.gap)));
  return sites.map(([site, states], index) => ({
    key: `${hub} ${site} tile`,
    site,
    x: (index % perLine) * (tile.width + TILE.gap),
    y: top + Math.floor(index / perLine) * (TILE.height + TILE.gap),
    rest: restOf('rest', states),
  }));
}

function tilesHeight(tiles: readonly SiteTile[]): number {
  const [first] = tiles;
  const last = tiles.at(-1);
  return first === undefined || last === undefined ? 0 : GAP + last.y - first.y + TILE.height;
}
