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

/** Of equals the first is suspected: where every node of a hub has one provider, nothing tells the two apart. */
const places = ['site', 'hub', 'provider'] as const;

/**
 * The smallest thing that the failing nodes share, as seen from `node`; undefined: each has a fault of its own. Of what explains
 * most of the failing nodes it is the one with the fewest others that work: the hub is at fault only where nodes of other sites
 * lose packets as well, and the network of a provider only where the hub’s nodes of other providers work. What was seen longer
 * than `windowMs` ago counts no more.
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
  const suspects = places.flatMap((kind) => {
    const name = own[kind];
    return name === null || name === undefined ? [] : (suspectedPlace(kind, name, hosts) ?? []);
  });
  return suspects.toSorted((a, b) => b.suspect.nodes.length - a.suspect.nodes.length || a.working - b.working)[0]
    ?.suspect;
}

interface SuspectedPlace {
  readonly suspect: Suspect;
  /** How many nodes of it pass. */
  readonly working: number;
}

/** Every host as it was seen last: a healthy one is seen as the peer of a sick one. */
function latestOf(recent: readonly NodeSighting[]): ReadonlyMap<string, SightedHost> {
  const inOrder = recent.toSorted((a, b) => a.sighting.at - b.sighting.at);
  return new Map(inOrder.flatMap(({ sighting }) => sighting.hosts.map((host) => [host.name, host] as const)));
}

function suspectedPlace(
  kind: (typeof places)[number],
  name: string,
  hosts: ReadonlyMap<string, SightedHost>,
): SuspectedPlace | undefined {
  const there = [...hosts.values()].filter((host) => host[kind] === name);
  const nodes = there.filter(({ state }) => state === 'loses').map((host) => host.name);
  if (!areMost(nodes, there.length)) return undefined;
  const because = `${nodes.length} of ${there.length} nodes that were seen behind the ${kind} ${name} lose packets`;
  const suspect = { shared: { kind, name }, nodes: nodes.toSorted(), because };
  return { suspect, working: there.length - nodes.length };
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
