import * as z from 'zod';
import { CommaList } from './comma-list.ts';

/**
 * The names that alerts may give the cluster of this installation. Every function refuses what belongs to another one: where
 * neither variable is set, that is everything.
 */
export const KnownClusters = z.object({
  CLUSTERS: CommaList.prefault(''),
  /** The cluster of alerts that name none; one of the known ones. */
  DEFAULT_CLUSTER: z.string().min(1).nullable().default(null),
});

export function clustersOf({ CLUSTERS, DEFAULT_CLUSTER }: z.infer<typeof KnownClusters>): readonly string[] {
  return [...new Set([...CLUSTERS, ...(DEFAULT_CLUSTER === null ? [] : [DEFAULT_CLUSTER])])];
}
