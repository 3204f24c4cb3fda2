import type { KubeConfig } from '@kubernetes/client-node';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import type { Cluster, KubeletPath, NodeLabel } from '../../core/safety/cluster.ts';
import { planClaim, planRelease } from '../../core/safety/node-claim.ts';
import { type ApiClient, type Client, createApiClient } from './api-client.ts';
import { evictPod, readPods } from './evict-pods.ts';
import { readKubeletPath } from './kubelet-path.ts';
import { toKubernetesError } from './kubernetes-error.ts';
import { parseNode, parseNodePage } from './parse-node.ts';
import { patchNode } from './patch-node.ts';
import { readInventory } from './read-inventory.ts';
import { listLeaseAges } from './read-leases.ts';
import { readWorkload } from './read-workload.ts';
import { reportOverlay } from './report-overlay.ts';

export interface KubernetesTimeouts {
  readonly callMs: number;
  /** Shorter than the 10 s and 30 s after which the API server itself gives up on a kubelet. */
  readonly kubeletMs: number;
}

const defaultTimeouts: KubernetesTimeouts = { callMs: 10_000, kubeletMs: 8_000 };
const PAGE = 500;

/**
 * The Kubernetes API behind the `Cluster` port. `configure` fills a KubeConfig and is called for every request, so that
 * short-lived credentials stay fresh.
 */
export function createKubernetesCluster(
  configure: (client: Client) => Promise<KubeConfig>,
  timeouts: KubernetesTimeouts = defaultTimeouts,
): Cluster {
  const api = createApiClient(configure);
  const timeoutMs = timeouts.callMs;
  return {
    listNodes: (label) => listNodes(api, timeoutMs, label),
    getNode: async (name) => {
      const answer = await api({ method: 'GET', path: nodePath(name), timeoutMs });
      if (answer.type === 'answer' && answer.status === 404) return undefined;
      if (answer.type !== 'answer' || answer.status !== 200) throw toKubernetesError(`read node ${name}`, answer);
      return parseNode(answer.text);
    },
    readInventory: (namespace) => readInventory(api, namespace, timeoutMs),
    listLeaseAges: (now) => listLeaseAges(api, now, timeoutMs),
    probeKubelet: (name) => probeKubelet(api, name, timeouts.kubeletMs),
    placeClaim: async (name, claim, now) => {
      const result = await patchNode(api, name, timeoutMs, pause, (node) => {
        const plan = planClaim(node, claim, now);
        return plan.type === 'patch' ? plan : { type: 'planned', outcome: plan };
      });
      if (result.type === 'planned') return result.outcome;
      return result.type === 'patched' ? { type: 'placed' } : { type: 'refused', reason: `no Node is called ${name}` };
    },
    releaseClaim: async (name, holder) => {
      const planned: { to?: 'free' | 'gated' } = {};
      const result = await patchNode(api, name, timeoutMs, pause, (node) => {
        const plan = planRelease(node, holder);
        if (plan.type === 'patch') planned.to = plan.to;
        return plan.type === 'patch' ? plan : { type: 'planned', outcome: plan };
      });
      if (result.type === 'planned') return result.outcome;
      // If the Node was deleted, its claim is gone too.
      if (result.type === 'absent') return { type: 'nothing' };
      return { type: planned.to === 'gated' ? 'gated' : 'released' };
    },
    readWorkload: (name) => readWorkload(api, name, timeoutMs),
    readPods: (name) => readPods(api, name, timeoutMs),
    evictPod: (pod) => evictPod(api, pod, timeoutMs),
    reportOverlay: (report) => reportOverlay(api, report, timeoutMs),
  };
}

/** In pages: listing all Nodes of a large fleet in one request can exceed the time-out. */
async function listNodes(
  api: ApiClient,
  timeoutMs: number,
  label: NodeLabel | undefined,
): Promise<readonly NodeObject[]> {
  const selector = label === undefined ? '' : `&labelSelector=${encodeURIComponent(`${label.name}=${label.value}`)}`;
  const nodes: NodeObject[] = [];
  let next: string | undefined;
  do {
    const more = next === undefined ? '' : `&continue=${encodeURIComponent(next)}`;
    const answer = await api({ method: 'GET', path: `/api/v1/nodes?limit=${PAGE}${selector}${more}`, timeoutMs });
    if (answer.type !== 'answer' || answer.status !== 200) throw toKubernetesError('list nodes', answer);
    const page = parseNodePage(answer.text);
    nodes.push(...page.nodes);
    next = page.continueToken;
  } while (next !== undefined);
  return nodes;
}

async function probeKubelet(api: ApiClient, name: string, timeoutMs: number): Promise<KubeletPath> {
  const answer = await api({ method: 'GET', path: `${nodePath(name)}/proxy/healthz`, timeoutMs });
  const path = readKubeletPath(answer);
  if (path === undefined) throw toKubernetesError(`reach kubelet of ${name}`, answer);
  return path;
}

function nodePath(name: string): string {
  return `/api/v1/nodes/${encodeURIComponent(name)}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
