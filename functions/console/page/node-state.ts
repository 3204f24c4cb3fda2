import type { FleetPicture, PictureNode } from '../../../core/console/fleet-picture.ts';
import type { IncidentLine } from '../../../core/console/incident-line.ts';
import type { MeasuredWay } from '../../../core/console/measured-way.ts';
import { type WayState, wayStates } from '../../../core/console/way-state.ts';
import { ago, stateWords, wayWords } from './words.ts';

/** An older measurement says nothing of now. */
export const FRESH_MS = 15 * 60_000;

/** `loses`: without an incident. `unknown`: Ready, and nothing was measured lately: that is no health. */
export type Health = 'incident' | 'not-ready' | 'loses' | 'unknown' | 'passes';

/** What is known of one node. */
export interface NodeState {
  readonly node: PictureNode;
  readonly health: Health;
  readonly incident: IncidentLine | undefined;
  /** To the node and from it: between the node and its hub. */
  readonly inward: Way;
  readonly outward: Way;
  /** What was measured lately between it and others than its hub, and does not pass. */
  readonly failing: readonly MeasuredWay[];
}

/** One direction. What is too old is `unmeasured`, with what it was. `measured`: null, it never was. */
export interface Way {
  readonly small: WayState;
  readonly full: WayState;
  readonly measured: MeasuredWay | null;
}

/** Every node of the picture with what is known of it at `now` (epoch milliseconds). */
export function nodeStates(
  { nodes, ways }: FleetPicture,
  incidents: readonly IncidentLine[],
  now: number,
): readonly NodeState[] {
  const byPair = new Map(ways.map((way) => [`${way.from} ${way.to}`, way]));
  const open = new Map(
    incidents.filter(({ phase }) => phase !== 'closed').map((incident) => [incident.node, incident] as const),
  );
  // Whoever talks to a sick node loses packets, and is not sick for that.
  const explained = new Set([...open.keys(), ...nodes.flatMap(({ name, ready }) => (ready === 'True' ? [] : [name]))]);
  const touching = new Map<string, MeasuredWay[]>();
  for (const way of ways.filter((each) => isFresh(each, now) && fails(each)))
    for (const name of [way.from, way.to]) touching.set(name, [...(touching.get(name) ?? []), way]);
  const states = nodes.map((node): NodeState => {
    const inward = wayOf(byPair.get(`${node.hub} ${node.name}`), now);
    const outward = wayOf(byPair.get(`${node.name} ${node.hub}`), now);
    const failing = (touching.get(node.name) ?? []).filter(({ from, to }) => from !== node.hub && to !== node.hub);
    const incident = open.get(node.name);
    const isOwn = ({ from, to }: MeasuredWay) => !explained.has(from === node.name ? to : from);
    const lost = (touching.get(node.name) ?? []).some(isOwn);
    return { node, health: healthOf(node, incident, lost, inward, outward), incident, inward, outward, failing };
  });
  const reached = new Set(states.flatMap(({ node, health }) => (health === 'passes' ? [node.hub] : [])));
  return states.map((state) => (isReachedHub(state, reached) ? { ...state, health: 'passes' } : state));
}

/** A hub has no tunnel to a hub: packets pass where they do between it and one of its nodes. */
function isReachedHub({ node, health }: NodeState, reached: ReadonlySet<string | null>): boolean {
  return node.isHub && health === 'unknown' && reached.has(node.name);
}

export function isSick({ health }: NodeState): boolean {
  return health === 'incident' || health === 'not-ready' || health === 'loses';
}

/** The worst of some directions, drawn as one; it passes only where every one of them does. */
export function together(ways: readonly Way[]): Way {
  const of = (size: 'small' | 'full'): WayState => {
    const states = ways.map((way) => way[size]);
    return wayStates.findLast((state) => states.includes(state)) ?? 'unmeasured';
  };
  return { small: of('small'), full: of('full'), measured: null };
}

/** The second line of a node: what a person wants to know first. */
export function healthWords(state: NodeState, now: number): string {
  const { node, health, incident, inward, outward } = state;
  const cordoned = node.cordoned ? ', cordoned' : '';
  switch (health) {
    case 'incident':
      return `${incident?.class}: ${incident === undefined ? '' : stateWords(incident)}${cordoned}`;
    case 'not-ready':
      return `not Ready${cordoned}`;
    case 'loses':
      return `loses packets, no incident${cordoned}`;
    case 'passes': {
      const times = [inward, outward].flatMap(({ measured }) => measured?.at ?? []);
      return `packets pass${times.length === 0 ? '' : `, ${ago(Math.min(...times), now)}`}${cordoned}`;
    }
    default:
      return `Ready, network not measured${cordoned}`;
  }
}

/** One direction in words: `small packets pass, full size lost, 12 s ago`. */
export function wayText({ small, full, measured }: Way, now: number): string {
  if (measured === null) return 'not measured';
  const when = ago(measured.at, now);
  if (!isFresh(measured, now))
    return `not measured lately; ${when}: small packets ${wayWords[measured.small]}, full size ${wayWords[measured.full]}`;
  return `small packets ${wayWords[small]}, full size ${wayWords[full]}, ${when}`;
}

function wayOf(measured: MeasuredWay | undefined, now: number): Way {
  if (measured === undefined) return { small: 'unmeasured', full: 'unmeasured', measured: null };
  if (!isFresh(measured, now)) return { small: 'unmeasured', full: 'unmeasured', measured };
  return { small: measured.small, full: measured.full, measured };
}

function isFresh({ at }: Pick<MeasuredWay, 'at'>, now: number): boolean {
  return now - at <= FRESH_MS;
}

function fails({ small, full }: Pick<MeasuredWay, 'small' | 'full'>): boolean {
  return [small, full].some((state) => state === 'lost' || state === 'degraded');
}

function healthOf(
  { ready }: PictureNode,
  incident: IncidentLine | undefined,
  lost: boolean,
  inward: Way,
  outward: Way,
): Health {
  if (incident !== undefined) return 'incident';
  if (ready !== 'True') return 'not-ready';
  if (lost) return 'loses';
  return inward.small === 'passed' && outward.small === 'passed' ? 'passes' : 'unknown';
}
