import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { InventoryReading } from '../../core/inventory/inventory.ts';
import type { Workload } from '../../core/safety/at-risk.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { EvictionOutcome, NodePod } from '../../core/safety/eviction.ts';
import { planClaim, planRelease } from '../../core/safety/node-claim.ts';
import { OVERLAY_CONDITION, type OverlayCondition, type OverlayReport } from '../../core/safety/overlay-condition.ts';
import type { LeaseAges } from '../../core/safety/stale-leases.ts';
import { nodes as healthyNodes } from './healthy-evidence.ts';
import { applied } from './node-object.ts';

/** A cluster in memory. Nodes can be changed as a person would. */
export interface FakeCluster extends Cluster {
  /** What the platform team's record says. */
  inventory: InventoryReading;
  change(name: string, change: (node: NodeObject) => NodeObject): void;
  /** The nodes as they are. */
  now: () => readonly NodeObject[];
  /** The age of every lease in seconds; five unless told. */
  leaseAges: () => LeaseAges;
  /** What runs on every node. */
  workload: Workload;
  /** What was told about nodes, in order. */
  readonly reports: OverlayReport[];
  /** The pods on every node. */
  pods: readonly NodePod[];
  /** What the eviction of a pod is answered with. An evicted pod is gone at once. */
  eviction: (pod: NodePod) => EvictionOutcome;
}

function withCondition(node: NodeObject, condition: OverlayCondition): NodeObject {
  const others = (node.status.conditions ?? []).filter(({ type }) => type !== OVERLAY_CONDITION);
  return { ...node, status: { ...node.status, conditions: [...others, { type: OVERLAY_CONDITION, ...condition }] } };
}

export function createFakeCluster(fleet = healthyNodes): FakeCluster {
  const nodes = new Map(fleet.map((node) => [node.metadata.name, node]));
  const change: FakeCluster['change'] = (name, how) => {
    const node = nodes.get(name);
    if (node !== undefined) nodes.set(name, how(node));
  };
  const cluster: FakeCluster = {
    change,
    now: () => [...nodes.values()],
    inventory: { type: 'absent' },
    workload: { type: 'known', pods: [], gangs: [] },
    reports: [],
    pods: [],
    eviction: () => ({ type: 'evicted' }),
    listNodes: async () => [...nodes.values()],
    getNode: async (name) => nodes.get(name),
    readInventory: async () => cluster.inventory,
    leaseAges: () => new Map([...nodes.keys()].map((name) => [name, 5])),
    listLeaseAges: async () => cluster.leaseAges(),
    probeKubelet: async () => ({ type: 'reachable' }),
    placeClaim: async (name, claim, now) => {
      const node = nodes.get(name);
      if (node === undefined) return { type: 'refused', reason: 'no such node' };
      const plan = planClaim(node, claim, now);
      if (plan.type !== 'patch') return plan;
      nodes.set(name, applied(node, plan.patch));
      return { type: 'placed' };
    },
    releaseClaim: async (name, holder) => {
      const node = nodes.get(name);
      if (node === undefined) return { type: 'nothing' };
      const plan = planRelease(node, holder);
      if (plan.type !== 'patch') return plan;
      nodes.set(name, applied(node, plan.patch));
      return { type: plan.to === 'gated' ? 'gated' : 'released' };
    },
    readWorkload: async () => cluster.workload,
    readPods: async () => ({ type: 'read', pods: cluster.pods }),
    evictPod: async (pod) => {
      const outcome = cluster.eviction(pod);
      if (outcome.type === 'evicted') cluster.pods = cluster.pods.filter(({ uid }) => uid !== pod.uid);
      return outcome;
    },
    reportOverlay: async (report) => {
      cluster.reports.push(report);
      change(report.node, (node) => withCondition(node, report.condition));
    },
  };
  return cluster;
}
