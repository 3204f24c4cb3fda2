import type { KubeletPath } from '../../core/safety/cluster.ts';
import type { ApiAnswer } from './api-client.ts';
import { readStatus } from './kubernetes-error.ts';

/**
 * Interprets the answer to `GET /api/v1/nodes/NAME/proxy/healthz`. `undefined`: it says nothing about the path to the
 * kubelet (the API server denies the request, does not know the node, or cannot be reached itself).
 *
 * When the API server cannot reach a kubelet, it answers with a Status object of its own: 500 without a reason up to
 * Kubernetes 1.20 (measured), 503 ServiceUnavailable in later versions, 502 behind the tunnels of K3s. The kubelet's own
 * answer is never a Status object, whatever its code: an unhealthy kubelet is still reachable.
 */
export function readKubeletPath(answer: ApiAnswer): KubeletPath | undefined {
  if (answer.type === 'timeout') {
    return { type: 'unreachable', reason: 'timeout', detail: 'the node proxy did not answer in time' };
  }
  if (answer.type === 'no-answer') return undefined;
  const { status, text } = answer;
  const said = readStatus(text);
  if (said === undefined) return fromElsewhere(status, text);
  if (status < 500) return undefined;
  return { type: 'unreachable', reason: reasonOf(status, said.message), detail: said.message.slice(0, 300) };
}

/** Answers of the kubelet, or of a gateway in front of it or of the API server. A kubelet never answers 502, 503 or 504. */
function fromElsewhere(status: number, text: string): KubeletPath | undefined {
  const detail = `${status}: ${text.slice(0, 200)}`;
  switch (status) {
    case 502:
    case 503:
      return { type: 'unreachable', reason: 'bad-gateway', detail };
    case 504:
      return { type: 'unreachable', reason: 'timeout', detail };
    case 401:
    case 403:
    case 429:
      return undefined;
    default:
      return { type: 'reachable' };
  }
}

/** The Status holds Go's error as text only. The text picks the reason to show; the verdict does not depend on it. */
function reasonOf(status: number, message: string): 'timeout' | 'refused' | 'bad-gateway' | 'error' {
  if (/connection refused/.test(message)) return 'refused';
  if (status === 504 || /timeout|timed out|deadline exceeded/i.test(message)) return 'timeout';
  if (status === 502 || /bad gateway/i.test(message)) return 'bad-gateway';
  return 'error';
}
