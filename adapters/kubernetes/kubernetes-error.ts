import * as z from 'zod';
import { RestitchError } from '../../core/restitch-error.ts';
import type { ApiAnswer } from './api-client.ts';

/** The API server's answer about the call itself (meta/v1 Status), as opposed to an object or a kubelet's answer. */
const Status = z.object({
  kind: z.literal('Status'),
  status: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().default(''),
});

export type Status = z.infer<typeof Status>;

/** The Status in a body, when it is one. */
export function readStatus(text: string): Status | undefined {
  try {
    return Status.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: the answer of a kubelet or a load balancer.
    return undefined;
  }
}

/** Translates an unexpected answer. No answer, 409, 429 and 5xx are retryable, other refusals are not. */
export function toKubernetesError(what: string, answer: ApiAnswer): RestitchError {
  switch (answer.type) {
    case 'timeout':
      return new RestitchError('kubernetes', `${what}: the Kubernetes API did not answer in time`, { retryable: true });
    case 'no-answer':
      return new RestitchError('kubernetes', `${what}: no answer from the Kubernetes API: ${answer.reason}`, {
        retryable: true,
        cause: answer.cause,
      });
    case 'answer': {
      const { status, text } = answer;
      const said = (readStatus(text)?.message ?? text).slice(0, 300);
      return new RestitchError('kubernetes', `${what}: the Kubernetes API answers ${status}: ${said}`, {
        retryable: status === 409 || status === 429 || status >= 500,
      });
    }
  }
}
