import type { KubeletPath } from '../../core/safety/cluster.ts';
import type { ApiAnswer } from './api-client.ts';
import { readStatus } from './kubernetes-error.ts';

/**
 * Reads the answer to `GET /api/v1/nodes/NAME/proxy/healthz`. `undefined`: it says nothing about the path to the kubelet
 * (the API server refuses us, does not know the node, or is itself out of reach).
 *
 * When the API server cannot reach a kubelet it answers with a Status of its own: 500 without a reason up to
 * Kubernetes 1.20 (measured), 503 ServiceUnavailable in later ones, 502 behind the tunnels of K3s. A kubelet's own answer
 * is no Status, whatever its code: an unhealthy kubelet is still a reachable one.
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

/** Not the API server's word: the kubelet's, or a gateway's in front of either. A kubelet never answers 502, 503 or 504. */
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

/** The Status carries Go's error as text and nothing else. The text only names the reason, it never decides. */
function reasonOf(status: number, message: string): 'timeout' | 'refused' | 'bad-gateway' | 'error' {
  if (/connection refused/.test(message)) return 'refused';
  if (status === 504 || /timeout|timed out|deadline exceeded/i.test(message)) return 'timeout';
  if (status === 502 || /bad gateway/i.test(message)) return 'bad-gateway';
  return 'error';
}
