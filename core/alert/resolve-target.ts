import { canonicalAddress } from './canonical-address.ts';
import type { Target } from './target.ts';

/** Which labels name the cluster and the node; the first one present wins. */
export interface TargetRules {
  readonly clusterLabels: readonly string[];
  readonly nodeLabels: readonly string[];
  /** For fleets whose alerts carry no cluster label; null: such alerts are refused. */
  readonly defaultCluster: string | null;
}

/** The usual name in Prometheus' `external_labels`. */
export const DEFAULT_CLUSTER_LABELS: readonly string[] = ['cluster'];

/**
 * The labels that exporters use: `node` (kube-state-metrics, kube-prometheus), `nodename` (node_exporter's
 * node_uname_info), `kubernetes_node` (the Prometheus example configuration), `k8s_node_name` (OpenTelemetry), `Hostname`
 * (NVIDIA dcgm-exporter). Not `hostname` or `host`: exporters use them for any machine that was probed.
 */
export const DEFAULT_NODE_LABELS: readonly string[] = [
  'node',
  'nodename',
  'kubernetes_node',
  'k8s_node_name',
  'Hostname',
];

export type TargetResolution =
  | { readonly type: 'resolved'; readonly target: Target }
  | { readonly type: 'refused'; readonly reason: 'no-cluster' | 'no-node' | 'bad-cluster-name' | 'bad-node-name' };

const CLUSTER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** RFC 1123 subdomain, as Kubernetes requires for Node names. */
const NODE_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/**
 * What an alert is about. `instance` is the last resort, without its port. An address stays an address, in canonical
 * spelling; the runbook then finds the Node by InternalIP. Label text that is neither a Node name nor an address is refused.
 */
export function resolveTarget(labels: Readonly<Record<string, string>>, rules: TargetRules): TargetResolution {
  const cluster = firstOf(labels, rules.clusterLabels) ?? rules.defaultCluster;
  if (cluster === null) return { type: 'refused', reason: 'no-cluster' };
  if (!CLUSTER_NAME.test(cluster)) return { type: 'refused', reason: 'bad-cluster-name' };
  const text = firstOf(labels, [...rules.nodeLabels, 'instance']);
  if (text === undefined) return { type: 'refused', reason: 'no-node' };
  const node = nodeFrom(text);
  return node === undefined
    ? { type: 'refused', reason: 'bad-node-name' }
    : { type: 'resolved', target: { cluster, node } };
}

function firstOf(labels: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  return names
    .filter((name) => Object.hasOwn(labels, name))
    .map((name) => labels[name])
    .find((value) => value !== undefined && value !== '');
}

/** An address, or a Node name in lower case, as the kubelet derives it from the host's name. Undefined when it is neither. */
function nodeFrom(text: string): string | undefined {
  const host = withoutPort(text);
  const name = host.toLowerCase();
  return canonicalAddress(host) ?? (NODE_NAME.test(name) ? name : undefined);
}

/** `10.0.3.7:9100` → `10.0.3.7`, `[fd00::1]:9100` → `fd00::1`, `fd00::1` → itself, `gpu-1:9100` → `gpu-1`. */
function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed;
  return /^([^:]+):\d{1,5}$/.exec(text)?.[1] ?? text;
}
