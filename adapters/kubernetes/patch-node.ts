import type { NodeObject } from '../../core/evidence/node-object.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { NodePatch } from '../../core/safety/node-claim.ts';
import type { ApiClient } from './api-client.ts';
import { toKubernetesError } from './kubernetes-error.ts';
import { parseNode } from './parse-node.ts';

export type PatchOutcome<Other> =
  | { readonly type: 'patched' }
  | { readonly type: 'absent' }
  | { readonly type: 'planned'; readonly outcome: Other };

/** With 20 writers on one node, the slowest needed about half of these attempts (measured). */
const MOST_ATTEMPTS = 20;
const LONGEST_PAUSE_MS = 400;

/**
 * Reads the node, plans, and sends the plan as a merge patch with the `resourceVersion` that was read. The API server treats
 * `spec.taints` as one value, so a patch without the version would drop taints that others added meanwhile. After a conflict
 * it reads and plans again. `pause` waits for the given milliseconds.
 */
export async function patchNode<Other>(
  api: ApiClient,
  name: string,
  timeoutMs: number,
  pause: (ms: number) => Promise<void>,
  plan: (
    node: NodeObject,
  ) => { readonly type: 'patch'; readonly patch: NodePatch } | { readonly type: 'planned'; readonly outcome: Other },
): Promise<PatchOutcome<Other>> {
  const path = `/api/v1/nodes/${encodeURIComponent(name)}`;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const read = await api({ method: 'GET', path, timeoutMs });
    if (read.type === 'answer' && read.status === 404) return { type: 'absent' };
    if (read.type !== 'answer' || read.status !== 200) throw toKubernetesError(`read node ${name}`, read);
    const node = parseNode(read.text);
    const planned = plan(node);
    if (planned.type === 'planned') return planned;
    const value = withVersion(planned.patch, node.metadata.resourceVersion);
    const body = { contentType: 'application/merge-patch+json', value };
    const written = await api({ method: 'PATCH', path, body, timeoutMs });
    if (written.type === 'answer' && written.status === 200) return { type: 'patched' };
    if (written.type !== 'answer' || written.status !== 409) throw toKubernetesError(`patch node ${name}`, written);
    await pause(Math.random() * Math.min(LONGEST_PAUSE_MS, 20 * 2 ** attempt));
  }
  throw new RestitchError('kubernetes', `patch node ${name}: lost ${MOST_ATTEMPTS} races`, { retryable: true });
}

function withVersion(patch: NodePatch, resourceVersion: string | undefined): unknown {
  if (resourceVersion === undefined) {
    throw new RestitchError('kubernetes', 'a Node without resourceVersion cannot be patched safely', {
      retryable: false,
    });
  }
  return { ...patch, metadata: { ...patch.metadata, resourceVersion } };
}
