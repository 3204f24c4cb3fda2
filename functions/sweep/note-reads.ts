import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Approval } from '../../core/safety/approval.ts';
import type { SweepPorts } from './sweep.ts';

/** What the parts of a pass have listed, the latest of each. Undefined: nobody could. */
export interface PassReads {
  readonly open: readonly Incident[] | undefined;
  readonly pending: readonly Approval[] | undefined;
  readonly nodes: readonly NodeObject[] | undefined;
}

/** The ports of a pass, which remember what was listed through them: its figures need no listing of their own. */
export function noteReads<T extends Pick<SweepPorts, 'store' | 'approvals' | 'cluster'>>(
  ports: T,
): { readonly ports: T; readonly reads: () => PassReads } {
  let reads: PassReads = { open: undefined, pending: undefined, nodes: undefined };
  const { store, approvals, cluster } = ports;
  const listOpen = async (limit?: number) => {
    const open = await store.listOpen(limit);
    if (limit === undefined) reads = { ...reads, open };
    return open;
  };
  const listPending = async () => {
    const pending = await approvals.listPending();
    reads = { ...reads, pending };
    return pending;
  };
  const listNodes = async () => {
    const nodes = await cluster.listNodes();
    reads = { ...reads, nodes };
    return nodes;
  };
  return {
    ports: {
      ...ports,
      store: { ...store, listOpen },
      approvals: { ...approvals, listPending },
      cluster: { ...cluster, listNodes },
    },
    reads: () => reads,
  };
}
