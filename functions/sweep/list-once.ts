import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Cluster } from '../../core/safety/cluster.ts';

/** The cluster, whose nodes are listed once, however many parts of a pass ask: a fleet of thousands is many pages. */
export function listOnce(cluster: Cluster): Cluster {
  let nodes: Promise<readonly NodeObject[]> | undefined;
  return {
    ...cluster,
    listNodes: () => {
      nodes ??= cluster.listNodes();
      return nodes;
    },
  };
}
