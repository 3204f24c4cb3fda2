import type { Shared } from '../alert/shared-fault.ts';
import type { NodeSighting, SightedHost } from './sighting.ts';

export interface Suspect {
  readonly shared: Shared;
  /** The nodes that suffer by it, sorted. */
  readonly nodes: readonly string[];
  readonly because: string;
}

/** Two nodes with a fault of their own at the same time are chance, and no reason to stop working on either. */
const FEWEST_NODES = 3;
/** Of the nodes that were seen there, at least so many must suffer. */
const SUFFERING_SHARE = 0.6;

/**
 * The smallest thing that the failing nodes share, as seen from `node`; undefined: each has a fault of its own. A site is
 * smaller than its hub: the hub is at fault only where nodes of other sites lose packets as well. What was seen longer than
 * `windowMs` ago counts no more.
 */
export function localise(
  node: string,
  sightings: readonly NodeSighting[],
  now: number,
  windowMs: number,
): Suspect | undefined {
  const recent = sightings.filter(({ sighting }) => now - sighting.at <= windowMs);
  const hosts = latestOf(recent);
  const own = hosts.get(node);
  if (own === undefined) return undefined;
  if (own.state === 'passes') return controlPlane(node, recent);
  const { hub, site } = own;
  const ofHub = hub === null ? undefined : suspect({ kind: 'hub', name: hub }, hosts);
  const ofSite = site === null ? undefined : suspect({ kind: 'site', name: site }, hosts);
  const isWider = ofHub?.nodes.some((other) => hosts.get(other)?.site !== site) ?? false;
  return isWider ? ofHub : (ofSite ?? ofHub);
}

/** Every host as it was seen last: a healthy one is seen as the peer of a sick one. */
function latestOf(recent: readonly NodeSighting[]): ReadonlyMap<string, SightedHost> {
  const inOrder = recent.toSorted((a, b) => a.sighting.at - b.sighting.at);
  return new Map(inOrder.flatMap(({ sighting }) => sighting.hosts.map((host) => [host.name, host] as const)));
}

function suspect(
  shared: { readonly kind: 'hub' | 'site'; readonly name: string },
  hosts: ReadonlyMap<string, SightedHost>,
): Suspect | undefined {
  const there = [...hosts.values()].filter((host) => host[shared.kind] === shared.name);
  const nodes = there.filter(({ state }) => state === 'loses').map(({ name }) => name);
  if (!areMost(nodes, there.length)) return undefined;
  const because = `${nodes.length} of ${there.length} nodes that were seen behind the ${shared.kind} ${shared.name} lose packets`;
  return { shared, nodes: nodes.toSorted(), because };
}

/** The pods' network works, and the API server does not reach the kubelets. */
function controlPlane(node: string, recent: readonly NodeSighting[]): Suspect | undefined {
  const unreached = recent.filter(({ sighting }) => sighting.kubelet === 'unreachable').map((each) => each.node);
  const nodes = [...new Set(unreached)].toSorted();
  const seen = new Set(recent.map((each) => each.node));
  if (!nodes.includes(node) || !areMost(nodes, seen.size)) return undefined;
  return {
    shared: { kind: 'control-plane', name: 'control-plane' },
    nodes,
    because: `the control plane reaches the kubelets of ${nodes.length} of ${seen.size} nodes no more, though the network of ${node} works`,
  };
}

function areMost(nodes: readonly string[], seen: number): boolean {
  return nodes.length >= FEWEST_NODES && nodes.length >= seen * SUFFERING_SHARE;
}
