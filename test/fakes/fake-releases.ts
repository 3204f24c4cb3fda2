import type { Release, Releases, StoredDocument } from '../../core/release/releases.ts';

/** An account in which something was deployed several times. */
export interface FakeReleases extends Releases {
  readonly versions: Map<string, Release>;
  readonly documents: Map<string, StoredDocument>;
  /** Versions on which executions still run. */
  readonly inUse: Set<string>;
  alias: string;
}

export function createFakeReleases(): FakeReleases {
  const versions = new Map<string, Release>();
  const documents = new Map<string, StoredDocument>();
  const inUse = new Set<string>();
  const account: FakeReleases = {
    versions,
    documents,
    inUse,
    alias: '',
    live: async () => account.alias,
    list: async () => [...versions.values()],
    isInUse: async (version) => inUse.has(version),
    removeVersion: async (version) => void versions.delete(version),
    listDocuments: async () => [...documents.values()],
    removeDocument: async ({ name }) => void documents.delete(name),
  };
  return account;
}
