import type { NodeObject } from '../evidence/node-object.ts';
import type { InventoryReading } from '../inventory/inventory.ts';
import type { Workload } from './at-risk.ts';
import type { EvictionOutcome, NodePod, NodePods } from './eviction.ts';
import type { Claim, ClaimHolder } from './node-claim.ts';
import type { OverlayReport } from './overlay-condition.ts';
import type { LeaseAges } from './stale-leases.ts';

/** The path from the control plane to the kubelet, as the API server's node proxy sees it. */
export type KubeletPath =
  | { readonly type: 'reachable' }
  | {
      readonly type: 'unreachable';
      readonly reason: 'timeout' | 'refused' | 'bad-gateway' | 'error';
      readonly detail: string;
    };

export type ClaimOutcome =
  | { readonly type: 'placed' }
  | { readonly type: 'unchanged' }
  | { readonly type: 'refused'; readonly reason: string };

export type ReleaseOutcome =
  | { readonly type: 'released' }
  /** The repair's cordon is lifted; the taint of the gate stays. */
  | { readonly type: 'gated' }
  | { readonly type: 'nothing' }
  | { readonly type: 'not-ours'; readonly reason: string };

export interface NodeLabel {
  readonly name: string;
  readonly value: string;
}

/** The port to the Kubernetes API, for runbook and sweep. Throws `RestitchError` (code `kubernetes`) on unexpected failures. */
export interface Cluster {
  /** `label`: only those that have it, which is a small answer in a large cluster. */
  listNodes(label?: NodeLabel): Promise<readonly NodeObject[]>;
  getNode(name: string): Promise<NodeObject | undefined>;
  /** The platform team's record: key `inventory.yaml` of ConfigMap `restitch-inventory` in this namespace. */
  readInventory(namespace: string): Promise<InventoryReading>;
  /** The age of every node's lease in seconds at `now` (epoch ms), in one listing. `unknown`: access denied. */
  listLeaseAges(now: number): Promise<LeaseAges>;
  /** GET /healthz of the kubelet through the node proxy, which takes the control plane's own path to the node. */
  probeKubelet(name: string): Promise<KubeletPath>;
  /** Cordon, taint and claim annotation in one compare-and-set patch. */
  placeClaim(name: string, claim: Claim, now: number): Promise<ClaimOutcome>;
  /** Undoes only what our claim did. */
  releaseClaim(name: string, holder: ClaimHolder): Promise<ReleaseOutcome>;
  /** What runs on the node, for who decides about a disruption. */
  readWorkload(name: string): Promise<Workload>;
  /** The pods that are bound to the node, for a drain. */
  readPods(name: string): Promise<NodePods>;
  /** Asks for the eviction of this very pod, as its PodDisruptionBudget allows. */
  evictPod(pod: NodePod): Promise<EvictionOutcome>;
  /** Sets the Node condition `OverlayHealthy` and tells an Event, for others to act on. */
  reportOverlay(report: OverlayReport): Promise<void>;
}
