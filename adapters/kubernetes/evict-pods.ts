import * as z from 'zod';
import type { EvictionOutcome, NodePod, NodePods } from '../../core/safety/eviction.ts';
import type { ApiClient } from './api-client.ts';
import { readStatus, toKubernetesError } from './kubernetes-error.ts';
import { parseJson } from './parse-node.ts';

const Pod = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
    ownerReferences: z.array(z.object({ kind: z.string(), controller: z.boolean().default(false) })).default([]),
  }),
  status: z.object({ phase: z.string().default('Unknown') }).default({ phase: 'Unknown' }),
});
const PodList = z.object({ items: z.array(Pod).default([]) });

/** Of the kubelet, on pods that it runs from its own files. */
const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';
const MOST_PODS = 500;

/** Every pod that is bound to the node. Our role may lack access to pods: that is `denied`. */
export async function readPods(api: ApiClient, node: string, timeoutMs: number): Promise<NodePods> {
  const query = new URLSearchParams({ limit: String(MOST_PODS), fieldSelector: `spec.nodeName=${node}` });
  const answer = await api({ method: 'GET', path: `/api/v1/pods?${query}`, timeoutMs });
  if (answer.type === 'answer' && answer.status === 403) return { type: 'denied' };
  if (answer.type !== 'answer' || answer.status !== 200) throw toKubernetesError(`list pods of ${node}`, answer);
  return { type: 'read', pods: PodList.parse(parseJson(answer.text)).items.map(toNodePod) };
}

/**
 * Asks the API server to evict this very pod; it is never deleted. The body names neither apiVersion nor kind: `policy/v1beta1`
 * is what servers before 1.22 know, and `policy/v1` later ones.
 */
export async function evictPod(
  api: ApiClient,
  { namespace, name, uid }: NodePod,
  timeoutMs: number,
): Promise<EvictionOutcome> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`;
  const value = { metadata: { name, namespace }, deleteOptions: { preconditions: { uid } } };
  const answer = await api({ method: 'POST', path, body: { contentType: 'application/json', value }, timeoutMs });
  if (answer.type !== 'answer') throw toKubernetesError(`evict ${namespace}/${name}`, answer);
  const { status, text } = answer;
  if (status === 200 || status === 201) return { type: 'evicted' };
  // 409: the pod has another UID now.
  if (status === 404 || status === 409) return { type: 'gone' };
  const reason = (readStatus(text)?.message ?? text).slice(0, 200);
  return { type: status === 429 ? 'blocked' : 'refused', reason };
}

function toNodePod({ metadata, status: { phase } }: z.infer<typeof Pod>): NodePod {
  const { namespace, name, uid, annotations, deletionTimestamp, ownerReferences } = metadata;
  return {
    ...{ namespace, name, uid },
    controller: ownerReferences.find(({ controller }) => controller)?.kind ?? null,
    mirror: Object.hasOwn(annotations, MIRROR_ANNOTATION),
    finished: phase === 'Succeeded' || phase === 'Failed',
    terminating: deletionTimestamp !== undefined,
  };
}
