import type { Fleet, KubeletAnswer } from '../../lab/fleet.ts';
import { ApiFailure } from './api-failure.ts';
import type { KeptNode } from './kept-node.ts';

/** Shorter than the API server's own 10 s and more, so that a drill ends soon. */
const KUBELET_TIMEOUT_MS = 5_000;

/**
 * GET through the node proxy: really from the hub to the host. A kubelet out of reach is a Status with 503 and Go's error
 * text, as Kubernetes 1.21 and later answer (up to 1.20 it was the same text with 500).
 */
export async function askThroughProxy(
  fleet: Fleet,
  node: KeptNode,
  path: string,
): Promise<Extract<KubeletAnswer, { type: 'answer' }>> {
  const answer = await fleet.reachKubelet(node.metadata.name, path, KUBELET_TIMEOUT_MS);
  if (answer.type === 'answer') return answer;
  const address = node.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
  const message = `error trying to reach service: dial tcp ${address}:10250: ${goError(answer)}`;
  throw new ApiFailure(503, 'ServiceUnavailable', message);
}

function goError(answer: Exclude<KubeletAnswer, { type: 'answer' }>): string {
  switch (answer.type) {
    case 'refused':
      return 'connect: connection refused';
    case 'timeout':
      return 'i/o timeout';
    case 'unreachable':
      return answer.reason === 'EHOSTUNREACH' ? 'connect: no route to host' : answer.reason;
  }
}
