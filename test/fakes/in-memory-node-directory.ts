import type { AddressEntries, NodeDirectory } from '../../core/incident/node-directory.ts';

/** A directory in memory that forgets nothing. */
export function createInMemoryNodeDirectory(): NodeDirectory {
  let entries: AddressEntries = new Map();
  return {
    find: async (address) => entries.get(address),
    keep: async (nodeOf) => {
      entries = new Map(nodeOf);
    },
  };
}
