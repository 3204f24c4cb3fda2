import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { RunPorts } from './run-ports.ts';

/** The Node objects as they were listed before the first look. A replay lists them anew. */
export interface NodeListing {
  /** As they were at most a few seconds ago. */
  readonly recent: () => Promise<readonly NodeObject[]>;
  /** The same for one look; the next one gets its own, so that none sees the cluster as it was before something was done. */
  readonly take: () => Promise<readonly NodeObject[]>;
  /** The same, listed now. */
  readonly anew: () => Promise<readonly NodeObject[]>;
  /** The Node as the latest look saw it; where that was long ago, as it is now. */
  readonly seen: (name: string) => Promise<NodeObject | undefined>;
}

/** Between the first question about a node and its first look lie a few calls to the table. */
const LIFETIME_MS = 5_000;
/** A look on a broken host takes twenty seconds from its listing to its end. */
const LOOK_MS = 30_000;

export function createNodeListing({ cluster, clock }: Pick<RunPorts, 'cluster' | 'clock'>): NodeListing {
  interface Listed {
    readonly nodes: readonly NodeObject[];
    readonly at: number;
  }
  let kept: Listed | undefined;
  let latest: Listed | undefined;
  const list = async () => {
    const at = clock();
    latest = { nodes: await cluster.listNodes(), at };
    return latest;
  };
  const recent = async () => {
    if (kept === undefined || clock() - kept.at > LIFETIME_MS) kept = await list();
    return kept.nodes;
  };
  return {
    recent,
    take: async () => {
      const nodes = await recent();
      kept = undefined;
      return nodes;
    },
    anew: async () => (await list()).nodes,
    seen: async (name) => {
      if (latest === undefined || clock() - latest.at > LOOK_MS) return cluster.getNode(name);
      return latest.nodes.find(({ metadata }) => metadata.name === name);
    },
  };
}
