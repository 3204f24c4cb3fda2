import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { RunPorts } from './run-ports.ts';

/** The Node objects as they were listed before the first look. A replay lists them anew. */
export interface NodeListing {
  /** As they were at most a few seconds ago. */
  readonly recent: () => Promise<readonly NodeObject[]>;
  /** The same for one look; the next one gets its own, so that none sees the cluster as it was before something was done. */
  readonly take: () => Promise<readonly NodeObject[]>;
}

/** Between the first question about a node and its first look lie a few calls to the table. */
const LIFETIME_MS = 5_000;

export function createNodeListing({ cluster, clock }: Pick<RunPorts, 'cluster' | 'clock'>): NodeListing {
  let kept: { readonly nodes: readonly NodeObject[]; readonly at: number } | undefined;
  const recent = async () => {
    const at = clock();
    if (kept === undefined || at - kept.at > LIFETIME_MS) kept = { nodes: await cluster.listNodes(), at };
    return kept.nodes;
  };
  return {
    recent,
    take: async () => {
      const nodes = await recent();
      kept = undefined;
      return nodes;
    },
  };
}
