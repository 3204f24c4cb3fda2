import { type ApiAnswer, type ApiClient, createApiClient } from '../../../adapters/kubernetes/api-client.ts';
import { createKubernetesCluster, type KubernetesTimeouts } from '../../../adapters/kubernetes/kubernetes-cluster.ts';
import { parseNode } from '../../../adapters/kubernetes/parse-node.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import type { Cluster } from '../../../core/safety/cluster.ts';

/** A Kubernetes API and what the suite needs around it. Kubeconfigs are texts. */
export interface ClusterUnderTest {
  /** Of the runbook, with no more rights than it has in production where the API knows rights. */
  readonly kubeconfig: string;
  /** Of somebody with every right. */
  readonly adminKubeconfig: string;
  readonly wrongTokenKubeconfig: string;
  /** A Node that no other test uses, with a kubelet that answers. */
  freshNode(): Promise<string>;
  /** Nodes whose kubelet is not there, lets nobody in, or answers 500. */
  readonly kubelets: { readonly refusing: string; readonly silent: string; readonly unhealthy: string };
  close(): Promise<void>;
}

const timeouts: KubernetesTimeouts = { callMs: 10_000, kubeletMs: 1_500 };

/** The adapter over a kubeconfig. `beforeCall` runs before each of its calls. */
export function clusterFrom(kubeconfig: string, beforeCall: () => Promise<void> = () => Promise.resolve()): Cluster {
  return createKubernetesCluster(async ({ KubeConfig }) => {
    await beforeCall();
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    return config;
  }, timeouts);
}

/** Everybody else who writes to the same API: people, controllers, platform tooling. */
export class Others {
  readonly #api: ApiClient;

  constructor(kubeconfig: string) {
    this.#api = createApiClient(async ({ KubeConfig }) => {
      const config = new KubeConfig();
      config.loadFromString(kubeconfig);
      return config;
    });
  }

  call(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, value?: unknown, contentType = 'application/json') {
    return this.#api({
      method,
      path,
      timeoutMs: 10_000,
      ...(value === undefined ? {} : { body: { contentType, value } }),
    });
  }

  patch(name: string, value: unknown): Promise<ApiAnswer> {
    return this.call('PATCH', `/api/v1/nodes/${name}`, value, 'application/merge-patch+json');
  }

  async node(name: string): Promise<NodeObject> {
    return parseNode(textOf(await this.call('GET', `/api/v1/nodes/${name}`)));
  }

  /** Adds or removes one taint as a careful controller does: by compare-and-set, until it wins. */
  async changeTaints(name: string, change: (taints: readonly Taint[]) => readonly Taint[]): Promise<void> {
    for (;;) {
      const node = await this.node(name);
      const { resourceVersion } = node.metadata;
      const taints = change(node.spec.taints ?? []);
      const answer = await this.patch(name, { metadata: { resourceVersion }, spec: { taints } });
      if (answer.type === 'answer' && answer.status === 200) return;
      if (answer.type !== 'answer' || answer.status !== 409) throw new Error(`taint: ${JSON.stringify(answer)}`);
    }
  }
}

export type Taint = NonNullable<NodeObject['spec']['taints']>[number];

/** A taint of somebody else, with all that a controller writes. */
export function foreignTaint(number: number): Taint {
  return { key: `example.com/t${number}`, effect: 'NoExecute', timeAdded: '2026-11-21T03:00:00Z' };
}

export function textOf(answer: ApiAnswer): string {
  if (answer.type !== 'answer' || answer.status >= 300) throw new Error(JSON.stringify(answer));
  return answer.text;
}

export function statusOf(answer: ApiAnswer): number {
  if (answer.type !== 'answer') throw new Error(JSON.stringify(answer));
  return answer.status;
}
