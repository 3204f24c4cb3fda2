import { type FleetLabels, findNode, hubsByNode } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import { capacityScopes, type DisruptionBudget, type DisruptionBudgets, type ScopeKind } from './disruption-budget.ts';

/** Nodes that share one budget. */
export interface CapacityScope {
  readonly kind: ScopeKind;
  /** The pool, site or hub; `(none)`: the nodes without a pool label, which count as one pool. */
  readonly name: string;
  readonly members: readonly string[];
  /** How many of the members may be out of service at once. */
  readonly allowed: number;
}

/**
 * The scopes that a node is in. A node without a site label has no site. A hub counts among the hubs only: when it is sick, the
 * nodes behind it are out of service because of it, and must not keep anybody from mending it.
 */
export function scopesOf(
  node: NodeObject,
  nodes: readonly NodeObject[],
  labels: FleetLabels,
  budgets: DisruptionBudgets,
): readonly CapacityScope[] {
  if (isHub(node, labels)) return [hubsOf(nodes, labels, budgets)];
  const placeOf = placesOf(nodes, labels);
  const own = placeOf(node);
  return capacityScopes.flatMap((kind) => {
    const name = own[kind];
    if (name === undefined) return [];
    const members = nodes.filter((each) => placeOf(each)[kind] === name).map(({ metadata }) => metadata.name);
    return [{ kind, name, members, allowed: allowedOf(budgets[kind], members.length) }];
  });
}

function hubsOf(nodes: readonly NodeObject[], labels: FleetLabels, { pool }: DisruptionBudgets): CapacityScope {
  const members = nodes.filter((node) => isHub(node, labels)).map(({ metadata }) => metadata.name);
  return { kind: 'pool', name: 'of hubs', members, allowed: allowedOf(pool, members.length) };
}

function isHub({ metadata }: NodeObject, { role }: FleetLabels): boolean {
  return metadata.labels[role] === 'hub';
}

function allowedOf({ maxPercent, minNodes }: DisruptionBudget, members: number): number {
  return Math.max(minNodes, Math.floor((members * maxPercent) / 100));
}

type Place = Readonly<Record<ScopeKind, string | undefined>>;

function placesOf(nodes: readonly NodeObject[], labels: FleetLabels): (node: NodeObject) => Place {
  const hubs = hubsByNode(nodes, labels);
  return ({ metadata }) => ({
    pool: metadata.labels[labels.pool] ?? '(none)',
    site: metadata.labels[labels.site],
    hub: hubs.get(metadata.name),
    cluster: 'all',
  });
}

/** The scopes of several nodes, each once. A name that is no Node's has none. */
export function scopesOfAll(
  names: readonly string[],
  nodes: readonly NodeObject[],
  labels: FleetLabels,
  budgets: DisruptionBudgets,
): readonly CapacityScope[] {
  const scopes = names.flatMap((name) => {
    const node = findNode(nodes, name);
    return node === undefined ? [] : scopesOf(node, nodes, labels, budgets);
  });
  return [...new Map(scopes.map((scope) => [`${scope.kind} ${scope.name}`, scope])).values()];
}
