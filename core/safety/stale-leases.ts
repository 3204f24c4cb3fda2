import { LEASE_EXPIRED_SECONDS } from '../diagnosis/three-planes.ts';
import type { FleetLeases } from '../evidence/fleet-leases.ts';
import type { NodeObject } from '../evidence/node-object.ts';

/** From when on stale leases are no fault of single nodes. */
export interface StaleLeaseLimits {
  /** Of the leases that were seen. */
  readonly minPercent: number;
  /** Fewer stale leases than this are never many, however small the cluster is. */
  readonly minNodes: number;
}

/** The age of every lease in seconds, by node. `unknown`: they may not be listed. */
export type LeaseAges = ReadonlyMap<string, number> | 'unknown';

/**
 * Counts the nodes that there are: a lease may outlive its Node. What was not seen is not counted. Where leases may not be listed
 * the node controller's word stands for them: it makes Ready `Unknown` when a lease is as old.
 */
export function countLeases(nodes: readonly NodeObject[], ages: LeaseAges): FleetLeases {
  const stale = nodes.map((node) => (ages === 'unknown' ? isUnheard(node) : isExpired(ages.get(node.metadata.name))));
  return {
    seen: stale.filter((each) => each !== undefined).length,
    stale: stale.filter((each) => each === true).length,
  };
}

function isUnheard({ status }: NodeObject): boolean | undefined {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined ? undefined : ready.status === 'Unknown';
}

function isExpired(ageSeconds: number | undefined): boolean | undefined {
  return ageSeconds === undefined ? undefined : ageSeconds > LEASE_EXPIRED_SECONDS;
}

/** Why nothing is done to any node because of its lease; undefined: few are stale, or none was seen. */
export function whyManyAreStale({ seen, stale }: FleetLeases, limits: StaleLeaseLimits): string | undefined {
  const { minPercent, minNodes } = limits;
  if (stale < minNodes || stale === 0 || stale * 100 < seen * minPercent) return undefined;
  return `the leases of ${stale} of ${seen} nodes are stale at once (${minPercent} % are too many to be faults of nodes)`;
}
