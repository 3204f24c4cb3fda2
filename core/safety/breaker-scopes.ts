import { type FleetLabels, hubOf } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import type { BreakerScope } from './breaker.ts';

/** The breakers that a node stands under: its pool's, site's, hub's and cluster's. A missing label means no such breaker. */
export function breakerScopes(
  cluster: string,
  node: NodeObject,
  nodes: readonly NodeObject[],
  labels: FleetLabels,
): readonly BreakerScope[] {
  const hub = hubName(nodes, node, labels);
  return [
    ...labelScope('pool', labels.pool, node, nodes),
    ...labelScope('site', labels.site, node, nodes),
    ...(hub === undefined
      ? []
      : [{ name: `hub=${hub}`, size: nodes.filter((each) => hubName(nodes, each, labels) === hub).length }]),
    { name: `cluster=${cluster}`, size: nodes.length },
  ];
}

function labelScope(
  type: 'pool' | 'site',
  label: string,
  node: NodeObject,
  nodes: readonly NodeObject[],
): readonly BreakerScope[] {
  const value = node.metadata.labels[label];
  if (value === undefined) return [];
  return [{ name: `${type}=${value}`, size: nodes.filter(({ metadata }) => metadata.labels[label] === value).length }];
}

/** A hub counts among the nodes behind it. */
function hubName(nodes: readonly NodeObject[], node: NodeObject, labels: FleetLabels): string | undefined {
  const isHub = node.metadata.labels[labels.role] === 'hub';
  return isHub ? node.metadata.name : hubOf(nodes, node, labels)?.metadata.name;
}
