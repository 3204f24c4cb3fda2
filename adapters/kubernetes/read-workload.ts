import * as z from 'zod';
import type { Gang, RunningPod, Workload } from '../../core/safety/at-risk.ts';
import type { ApiClient } from './api-client.ts';
import { toKubernetesError } from './kubernetes-error.ts';
import { parseJson } from './parse-node.ts';

/** A quantity of devices is a whole number (extended resources cannot be divided). */
const Requests = z.record(z.string(), z.coerce.string());
const Pod = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    nodeName: z.string().optional(),
    containers: z.array(z.object({ resources: z.object({ requests: Requests.optional() }).optional() })).default([]),
  }),
});
const PodList = z.object({ items: z.array(Pod).default([]) });
type Pod = z.infer<typeof Pod>;

/** Labels by which schedulers and controllers name a group of pods: coscheduling, Volcano, LeaderWorkerSet, Kubeflow, JobSet, Job. */
const GANG_LABELS = [
  'scheduling.x-k8s.io/pod-group',
  'pod-group.scheduling.sigs.k8s.io',
  'volcano.sh/job-name',
  'leaderworkerset.sigs.k8s.io/name',
  'training.kubeflow.org/job-name',
  'jobset.sigs.k8s.io/jobset-name',
  'batch.kubernetes.io/job-name',
] as const;

/** A node runs at most some hundred pods; the members of more gangs than these are not counted. */
const MOST_PODS = 500;
const MOST_GANGS = 3;

/** The pods that run on a node, and the gangs that they belong to. Our role may lack access to pods: that is `unknown`. */
export async function readWorkload(api: ApiClient, node: string, timeoutMs: number): Promise<Workload> {
  const onNode = await listPods(api, { fieldSelector: `spec.nodeName=${node},status.phase=Running` }, timeoutMs);
  if (onNode === 'denied') return { type: 'unknown', reason: 'pods may not be listed' };
  const gangs: Gang[] = [];
  for (const { namespace, label, name } of gangsOf(onNode).slice(0, MOST_GANGS)) {
    const members = await listPods(api, { namespace, labelSelector: `${label}=${name}` }, timeoutMs);
    if (members === 'denied') continue;
    const nodes = new Set(members.flatMap(({ spec }) => spec.nodeName ?? []));
    gangs.push({ namespace, name, pods: members.length, nodes: nodes.size });
  }
  return { type: 'known', pods: onNode.map(toRunningPod), gangs };
}

interface Selection {
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

async function listPods(
  api: ApiClient,
  { namespace, ...selectors }: Selection,
  timeoutMs: number,
): Promise<readonly Pod[] | 'denied'> {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const query = new URLSearchParams({ limit: String(MOST_PODS), ...selectors });
  const answer = await api({ method: 'GET', path: `/api/v1${scope}/pods?${query}`, timeoutMs });
  if (answer.type === 'answer' && answer.status === 403) return 'denied';
  if (answer.type !== 'answer' || answer.status !== 200) throw toKubernetesError('list pods', answer);
  return PodList.safeParse(parseJson(answer.text)).data?.items ?? [];
}

function gangsOf(pods: readonly Pod[]): readonly { namespace: string; label: string; name: string }[] {
  const found = pods.flatMap(({ metadata: { namespace, labels } }) => {
    const label = GANG_LABELS.find((candidate) => Object.hasOwn(labels, candidate));
    const name = label === undefined ? undefined : labels[label];
    return label === undefined || name === undefined ? [] : [{ namespace, label, name }];
  });
  return [...new Map(found.map((gang) => [`${gang.namespace}/${gang.name}`, gang])).values()];
}

function toRunningPod(pod: Pod): RunningPod {
  const { namespace, name } = pod.metadata;
  return { namespace, name, gpus: gpusOf(pod), gang: gangsOf([pod])[0]?.name ?? null };
}

/** `nvidia.com/gpu`, `amd.com/gpu`, MIG slices: every extended resource whose name says GPU or MIG. */
function gpusOf({ spec: { containers } }: Pod): number {
  const requested = containers.flatMap(({ resources }) => Object.entries(resources?.requests ?? {}));
  return requested
    .filter(([resource]) => /\/(gpu|mig-|.*gpu)/.test(resource))
    .reduce((sum, [, quantity]) => sum + (Number.parseInt(quantity, 10) || 0), 0);
}
