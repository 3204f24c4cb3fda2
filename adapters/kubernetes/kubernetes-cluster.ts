import type { CoordinationV1Api, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { NodeObject } from '../../core/evidence/node-object.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { ClaimOutcome, Cluster, KubeletPath, ReleaseOutcome } from '../../core/safety/cluster.ts';
import { type NodePatch, planClaim, planRelease } from '../../core/safety/node-claim.ts';
import { callStatus, toKubernetesError } from './kubernetes-error.ts';

type Client = typeof import('@kubernetes/client-node');

interface Apis {
  readonly client: Client;
  readonly core: CoreV1Api;
  readonly coordination: CoordinationV1Api;
}

/** The client has no time-out of its own: every call gets one. */
const CALL_TIMEOUT_MS = 10_000;
const LEASE_NAMESPACE = 'kube-node-lease';
const MOST_CONFLICTS = 10;

/**
 * The Kubernetes API behind the `Cluster` port. The client library is loaded at the first call, because it weighs two
 * megabytes. `configure` fills its KubeConfig, and is asked again for every call when the credentials are short-lived.
 */
export function createKubernetesCluster(configure: (client: Client) => Promise<KubeConfig>): Cluster {
  const apis = lazily(configure);
  const readRaw = async (name: string): Promise<unknown> => {
    const { core } = await apis();
    return toJson(await core.readNode({ name }));
  };
  return {
    listNodes: () =>
      guarded(async () => (await (await apis()).core.listNode()).items.map((node) => parseNode(toJson(node)))),
    getNode: (name) => guarded(async () => orAbsent(async () => parseNode(await readRaw(name)))),
    leaseAgeSeconds: (name, now) => leaseAge(apis, name, now),
    probeKubelet: (name) => probeKubelet(apis, name),
    placeClaim: (name, claim, now) =>
      patchUntilWon(apis, name, readRaw, (node): NodePatch | ClaimOutcome => {
        const plan = planClaim(node, claim, now);
        return plan.type === 'patch' ? plan.patch : plan;
      }).then((outcome) => outcome ?? { type: 'placed' }),
    releaseClaim: (name, incidentId) =>
      patchUntilWon(apis, name, readRaw, (node): NodePatch | ReleaseOutcome => {
        const plan = planRelease(node, incidentId);
        return plan.type === 'patch' ? plan.patch : plan;
      }).then((outcome) => outcome ?? { type: 'released' }),
    recordEvent: async (nodeName, uid, event) => {
      const { core } = await apis();
      const now = new Date();
      await guarded(() =>
        core.createNamespacedEvent({
          namespace: 'default',
          body: {
            metadata: { generateName: `${nodeName}-restitch-`, namespace: 'default' },
            involvedObject: { kind: 'Node', name: nodeName, ...(uid === undefined ? {} : { uid }) },
            ...event,
            source: { component: 'restitch' },
            firstTimestamp: now,
            lastTimestamp: now,
            count: 1,
          },
        }),
      );
    },
  };
}

/** Builds the API objects once per configuration. */
function lazily(configure: (client: Client) => Promise<KubeConfig>): () => Promise<Apis> {
  return async () => {
    const client = await import('@kubernetes/client-node');
    const config = await configure(client);
    return {
      client,
      core: withTimeout(client, config, client.CoreV1Api),
      coordination: withTimeout(client, config, client.CoordinationV1Api),
    };
  };
}

function withTimeout<T>(
  client: Client,
  config: KubeConfig,
  api: new (configuration: ReturnType<Client['createConfiguration']>) => T,
): T {
  const server = config.getCurrentCluster()?.server;
  if (server === undefined)
    throw new RestitchError('configuration', 'the kubeconfig names no cluster', { retryable: false });
  return new api(
    client.createConfiguration({
      baseServer: new client.ServerConfiguration(server, {}),
      authMethods: { default: config },
      promiseMiddleware: [
        {
          pre: async (context) => {
            context.setSignal(AbortSignal.timeout(CALL_TIMEOUT_MS));
            return context;
          },
          post: async (response) => response,
        },
      ],
    }),
  );
}

/** Reads, plans and patches with the resourceVersion that was read; a conflict starts over with what is there then. */
async function patchUntilWon<T extends ClaimOutcome | ReleaseOutcome>(
  apis: () => Promise<Apis>,
  name: string,
  readRaw: (name: string) => Promise<unknown>,
  plan: (node: NodeObject) => NodePatch | T,
): Promise<T | undefined> {
  const { client, core } = await apis();
  for (let attempt = 1; attempt <= MOST_CONFLICTS; attempt++) {
    const outcome = await guarded(async () => {
      const node = parseNode(await readRaw(name));
      const planned = plan(node);
      if ('type' in planned) return planned;
      const body = { ...planned, metadata: { ...planned.metadata, resourceVersion: node.metadata.resourceVersion } };
      try {
        const headers = client.setHeaderOptions('Content-Type', client.PatchStrategy.MergePatch);
        await core.patchNode({ name, body }, headers);
        return undefined;
      } catch (error) {
        if (callStatus(error) === 409) return 'conflict' as const;
        throw error;
      }
    });
    if (outcome !== 'conflict') return outcome;
    await new Promise((resolve) => {
      setTimeout(resolve, Math.random() * 50 * attempt);
    });
  }
  throw new RestitchError('kubernetes', `lost ${MOST_CONFLICTS} races for node ${name}`, { retryable: true });
}

async function leaseAge(apis: () => Promise<Apis>, name: string, now: number): Promise<number | 'unknown'> {
  try {
    const lease = await (await apis()).coordination.readNamespacedLease({ name, namespace: LEASE_NAMESPACE });
    const renewed = lease.spec?.renewTime?.getTime();
    return renewed === undefined ? 'unknown' : Math.max(0, (now - renewed) / 1_000);
  } catch {
    // Absent, forbidden or unreadable: a guess would be worse than saying so.
    return 'unknown';
  }
}

async function probeKubelet(apis: () => Promise<Apis>, name: string): Promise<KubeletPath> {
  try {
    await (await apis()).core.connectGetNodeProxyWithPath({ name, path: 'healthz' });
    return { type: 'reachable' };
  } catch (error) {
    const status = callStatus(error);
    const detail = error instanceof Error ? error.message.slice(0, 300) : String(error);
    if (status === undefined)
      return { type: 'unreachable', reason: 'timeout', detail: 'no answer from the node proxy' };
    if (status === 502 || status === 503) {
      const refused = detail.includes('refused');
      return {
        type: 'unreachable',
        reason: refused ? 'refused' : 'bad-gateway',
        detail: `node proxy answers ${status}`,
      };
    }
    return { type: 'unreachable', reason: 'error', detail: `node proxy answers ${status}` };
  }
}

async function orAbsent<T>(body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    if (callStatus(error) === 404) return undefined;
    throw error;
  }
}

/** The client turns dates into Date objects; JSON gives them back as the text that taints must keep. */
function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function parseNode(value: unknown): NodeObject {
  const result = NodeObject.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new RestitchError('kubernetes', `Node object: ${issue?.path.join('.')}: ${issue?.message}`, {
    retryable: false,
  });
}

async function guarded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw toKubernetesError(error);
  }
}
