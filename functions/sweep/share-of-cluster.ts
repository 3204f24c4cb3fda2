import type { IncidentStore } from '../../core/incident/incident-store.ts';
import type { ApprovalStore } from '../../core/safety/approval.ts';
import type { ServedClusters } from '../served-cluster.ts';

/** Whether a part of a pass settles what belongs to this cluster. The first one settles what belongs to none that is served. */
export function isOfShare(clusters: ServedClusters, index: number): (cluster: string) => boolean {
  const known = clusters.flatMap(({ names }) => names);
  const own: readonly string[] = clusters[index]?.names ?? [];
  return (cluster) => own.includes(cluster) || (index === 0 && !known.includes(cluster));
}

/** The stores, of which a part of a pass sees the incidents and questions of its cluster. */
export function storesOfShare(
  { store, approvals }: { readonly store: IncidentStore; readonly approvals: ApprovalStore },
  isOurs: (cluster: string) => boolean,
): { readonly store: IncidentStore; readonly approvals: ApprovalStore } {
  const ours = <T extends { readonly target: { readonly cluster: string } }>(all: readonly T[]) =>
    all.filter(({ target }) => isOurs(target.cluster));
  return {
    store: {
      ...store,
      listOpen: async (limit) => ours(await store.listOpen(limit)),
      listUnreported: async (limit) => ours(await store.listUnreported(limit)),
    },
    approvals: { ...approvals, listPending: async () => ours(await approvals.listPending()) },
  };
}
