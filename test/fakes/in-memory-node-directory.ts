import type { AddressEntries, NodeDirectory } from '../../core/incident/node-directory.ts';

/** A directory in memory that forgets nothing. */
export function createInMemoryNodeDirectory(): NodeDirectory {
  const entries = new Map<string, AddressEntries>();
  return {
    find: async ({ cluster, node }) => entries.get(cluster)?.get(node),
    keep: async (cluster, nodeOf) => {
      entries.set(cluster, new Map(nodeOf));
    },
  };
}
