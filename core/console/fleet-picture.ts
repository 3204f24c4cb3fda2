import { type FleetLabels, hubsByNode, readyStatus } from '../evidence/fleet-map.ts';
import type { NodeObject } from '../evidence/node-object.ts';
import { type MeasuredWay, newestWays } from './measured-way.ts';

/** A node as the Kubernetes API shows it. Null: its Node object does not say. */
export interface PictureNode {
  readonly name: string;
  readonly isHub: boolean;
  readonly hub: string | null;
  readonly site: string | null;
  readonly pool: string | null;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly cordoned: boolean;
}

/** What is known of a fleet. `listedAt`: when its Node objects were read, epoch milliseconds; null: never. */
export interface FleetPicture {
  readonly listedAt: number | null;
  /** How many nodes there are besides, which were not kept. */
  readonly leftOut: number;
  readonly nodes: readonly PictureNode[];
  /** The newest measurement of each direction; a direction that is not here was never measured. */
  readonly ways: readonly MeasuredWay[];
}

/** Node objects with the moment at which they were read. */
export interface ListedNodes {
  readonly at: number | null;
  readonly nodes: readonly NodeObject[];
  readonly leftOut: number;
}

/** `gpu-2` before `gpu-10`. */
const byName = new Intl.Collator('en', { numeric: true });

export function fleetPicture(listed: ListedNodes, labels: FleetLabels, ways: readonly MeasuredWay[]): FleetPicture {
  const hubs = hubsByNode(listed.nodes, labels);
  const isHub = new Set(hubs.values());
  return {
    listedAt: listed.at,
    leftOut: listed.leftOut,
    nodes: listed.nodes
      .map((node): PictureNode => {
        const { name, labels: own } = node.metadata;
        return {
          name,
          isHub: isHub.has(name) || own[labels.role] === 'hub',
          hub: hubs.get(name) ?? null,
          site: own[labels.site] ?? null,
          pool: own[labels.pool] ?? null,
          ready: readyStatus(node),
          cordoned: node.spec.unschedulable === true,
        };
      })
      .toSorted((a, b) => byName.compare(a.name, b.name)),
    ways: newestWays(ways),
  };
}
