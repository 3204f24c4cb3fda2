import { sameIp } from '../network/address.ts';
import type { NodeObject } from './node-object.ts';

/** Which labels say where a node stands. */
export interface FleetLabels {
  readonly role: string;
  readonly hub: string;
  readonly pool: string;
  readonly site: string;
  /** Who runs the network that the node stands in; absent: nobody asks for it. */
  readonly provider?: string;
}

/** The Node that an alert's node text means: by name, or by InternalIP when an exporter only knew an address. */
export function findNode(nodes: readonly NodeObject[], text: string): NodeObject | undefined {
  const byName = nodes.find((node) => node.metadata.name === text);
  if (byName !== undefined) return byName;
  const byAddress = nodes.filter((node) =>
    (node.status.addresses ?? []).some(({ type, address }) => type === 'InternalIP' && sameIp(address, text)),
  );
  return byAddress.length === 1 ? byAddress[0] : undefined;
}

/** The hub that the node's tunnel ends at: its hub label, else the only node with role `hub`. Undefined for the hub itself. */
export function hubOf(nodes: readonly NodeObject[], node: NodeObject, labels: FleetLabels): NodeObject | undefined {
  const named = node.metadata.labels[labels.hub];
  const hubs = nodes.filter((candidate) =>
    named === undefined ? candidate.metadata.labels[labels.role] === 'hub' : candidate.metadata.name === named,
  );
  const [hub] = hubs;
  return hubs.length === 1 && hub !== undefined && hub.metadata.name !== node.metadata.name ? hub : undefined;
}

/** The hub of every node that has one, by the names of both: `hubOf` for a whole fleet in one pass. */
export function hubsByNode(nodes: readonly NodeObject[], labels: FleetLabels): ReadonlyMap<string, string> {
  const names = new Set(nodes.map(({ metadata }) => metadata.name));
  const marked = nodes.filter(({ metadata }) => metadata.labels[labels.role] === 'hub');
  const onlyHub = marked.length === 1 ? marked[0]?.metadata.name : undefined;
  return new Map(
    nodes.flatMap(({ metadata: { name, labels: own } }) => {
      const hub = own[labels.hub] ?? onlyHub;
      return hub === undefined || hub === name || !names.has(hub) ? [] : [[name, hub] as const];
    }),
  );
}

/** The nodes whose tunnels end at a hub; none for a node that is no hub. */
export function nodesBehind(nodes: readonly NodeObject[], hub: string, labels: FleetLabels): readonly NodeObject[] {
  const hubs = hubsByNode(nodes, labels);
  return nodes.filter(({ metadata }) => hubs.get(metadata.name) === hub);
}

/**
 * One healthy peer to compare with: Ready, not the hub, and of another site when there is one, so that a site's own
 * trouble shows. Prefers the same role, then the first by name: the choice is the same on every replay.
 */
export function comparisonPeer(
  nodes: readonly NodeObject[],
  node: NodeObject,
  hub: NodeObject | undefined,
  labels: FleetLabels,
): NodeObject | undefined {
  const label = (candidate: NodeObject, key: string) => candidate.metadata.labels[key];
  const score = (candidate: NodeObject) =>
    (label(candidate, labels.site) !== label(node, labels.site) ? 2 : 0) +
    (label(candidate, labels.role) === label(node, labels.role) ? 1 : 0);
  return nodes
    .filter((candidate) => candidate.metadata.name !== node.metadata.name)
    .filter((candidate) => candidate.metadata.name !== hub?.metadata.name)
    .filter((candidate) => readyStatus(candidate) === 'True')
    .toSorted((a, b) => score(b) - score(a) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

/** A Ready host of the hub's own network: it reaches the tunnels through the hub and has none. Needs the site label. */
export function segmentHost(
  nodes: readonly NodeObject[],
  hub: NodeObject | undefined,
  besides: readonly (NodeObject | undefined)[],
  labels: FleetLabels,
): NodeObject | undefined {
  const site = hub?.metadata.labels[labels.site];
  if (hub === undefined || site === undefined) return undefined;
  const taken = [hub, ...besides].map((node) => node?.metadata.name);
  return nodes
    .filter((candidate) => candidate.metadata.labels[labels.site] === site && readyStatus(candidate) === 'True')
    .filter((candidate) => !taken.includes(candidate.metadata.name))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}

/** Nodes that are not Ready: whoever talks to them sees lost packets without being at fault. */
export function notReady(nodes: readonly NodeObject[]): readonly NodeObject[] {
  return nodes.filter((node) => readyStatus(node) !== 'True');
}

/** The Ready condition; `Unknown` when the Node object has none. */
export function readyStatus(node: NodeObject): 'True' | 'False' | 'Unknown' {
  const status = node.status.conditions?.find((condition) => condition.type === 'Ready')?.status;
  return status === 'True' || status === 'False' ? status : 'Unknown';
}
