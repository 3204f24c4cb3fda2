import { type FleetLabels, hubsByNode } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import type { BreakerScope } from './breaker.ts';

/** The breakers that a node stands under: its pool's, site's, hub's and cluster's. A missing label means no such breaker. */
export function breakerScopes(
  cluster: string,
  node: NodeObject,
  nodes: readonly NodeObject[],
  labels: FleetLabels,
): readonly BreakerScope[] {
  const hubs = hubsByNode(nodes, labels);
  // A hub counts among the nodes behind it.
  const hubName = ({ metadata: { name, labels: own } }: NodeObject) =>
    own[labels.role] === 'hub' ? name : hubs.get(name);
  const hub = hubName(node);
  return [
    ...labelScope('pool', labels.pool, node, nodes),
    ...labelScope('site', labels.site, node, nodes),
    ...(hub === undefined ? [] : [{ name: `hub=${hub}`, size: nodes.filter((each) => hubName(each) === hub).length }]),
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
