import { parseIp } from '../network/address.ts';
import type { Target } from './target.ts';

/** Which labels name the cluster and the node, first hit wins. */
export interface TargetRules {
  readonly clusterLabels: readonly string[];
  readonly nodeLabels: readonly string[];
  /** For fleets whose alerts carry no cluster label; null: such alerts are refused. */
  readonly defaultCluster: string | null;
}

export type TargetResolution =
  | { readonly type: 'resolved'; readonly target: Target }
  | { readonly type: 'refused'; readonly reason: 'no-cluster' | 'no-node' | 'bad-cluster-name' | 'bad-node-name' };

const CLUSTER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** RFC 1123 subdomain, as Kubernetes demands of Node names. */
const NODE_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/**
 * What an alert is about. `instance` is the last resort, without its port; when it is an address it stays one, and the
 * runbook finds the Node by InternalIP. Label text that is neither a Node name nor an address never goes further.
 */
export function resolveTarget(labels: Readonly<Record<string, string>>, rules: TargetRules): TargetResolution {
  const cluster = firstOf(labels, rules.clusterLabels) ?? rules.defaultCluster;
  if (cluster === null) return { type: 'refused', reason: 'no-cluster' };
  if (!CLUSTER_NAME.test(cluster)) return { type: 'refused', reason: 'bad-cluster-name' };
  const named = firstOf(labels, rules.nodeLabels);
  const instance = labels['instance'];
  const node = named ?? (instance === undefined ? undefined : withoutPort(instance));
  if (node === undefined || node === '') return { type: 'refused', reason: 'no-node' };
  if (parseIp(node) === undefined && !NODE_NAME.test(node)) return { type: 'refused', reason: 'bad-node-name' };
  return { type: 'resolved', target: { cluster, node } };
}

function firstOf(labels: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  return names.map((name) => labels[name]).find((value) => value !== undefined && value !== '');
}

/** `10.0.3.7:9100` → `10.0.3.7`, `[fd00::1]:9100` → `fd00::1`, `fd00::1` → itself, `gpu-1:9100` → `gpu-1`. */
function withoutPort(instance: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(instance)?.[1];
  if (bracketed !== undefined) return bracketed;
  return parseIp(instance) === undefined ? instance.replace(/:\d+$/, '') : instance;
}
