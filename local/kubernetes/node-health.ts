import type { Fleet } from '../../lab/fleet.ts';
import type { KeptNode } from './kept-node.ts';
import type { NodeTable } from './node-table.ts';

/** kubelet renews its lease every 10 s; the node controller accepts it for 40 s (kube-controller-manager defaults). */
const RENEW_EVERY_MS = 10_000;
const GRACE_MS = 40_000;

/** Leases and the Ready condition: as kubelets and the node controller would write them. */
export interface NodeHealth {
  /** When the node's lease was last renewed, epoch ms; undefined when its kubelet never came up. */
  renewedAt(name: string): Promise<number | undefined>;
  /** The node with its conditions. */
  withStatus(node: KeptNode): Promise<object>;
}

/**
 * Checks a kubelet on request, at most as often as it would renew its lease, instead of polling
 * in between. `clock` gives epoch milliseconds.
 */
export function createNodeHealth(fleet: Fleet, table: NodeTable, clock: () => number): NodeHealth {
  const looks = new Map<string, { readonly at: number; readonly done: Promise<void> }>();
  const startedAt = clock();

  async function look(name: string): Promise<void> {
    if (await renews(fleet, name)) table.renew(name, clock());
  }

  async function renewedAt(name: string): Promise<number | undefined> {
    const last = looks.get(name);
    const now = clock();
    const current = last === undefined || now - last.at >= RENEW_EVERY_MS ? { at: now, done: look(name) } : last;
    looks.set(name, current);
    await current.done;
    return table.renewedAt(name);
  }

  return {
    renewedAt,
    withStatus: async (node) => {
      const renewed = await renewedAt(node.metadata.name);
      const conditions = [...(node.status.conditions ?? []), readyCondition(renewed, clock(), startedAt)];
      return { ...node, status: { ...node.status, conditions, ...daemonEndpoints } };
    },
  };
}

const daemonEndpoints = { daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } } };

function readyCondition(renewed: number | undefined, now: number, startedAt: number): object {
  const ready = renewed !== undefined && now - renewed <= GRACE_MS;
  const condition = ready
    ? { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
  const since = ready || renewed === undefined ? startedAt : renewed + GRACE_MS;
  return {
    type: 'Ready',
    ...condition,
    ...(renewed === undefined ? {} : { lastHeartbeatTime: seconds(renewed) }),
    lastTransitionTime: seconds(since),
  };
}

/**
 * A kubelet reaches the API server over its host's own uplink, at the public endpoint. So its lease stays fresh while the
 * path to the node is broken, by one-way NAT for example.
 */
async function renews(fleet: Fleet, name: string): Promise<boolean> {
  if (fleet.objectsOnly?.some((node) => node.name === name)) return true;
  const { kubelet, wayOut } = await fleet.vitals(name);
  return kubelet && wayOut;
}

/** meta/v1 Time has no fractions. */
function seconds(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
