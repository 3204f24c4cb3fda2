import { RestitchError } from '../../core/restitch-error.ts';

/** The HTTP status of a failed call (`ApiException.code`); undefined when there was no answer. */
export function callStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'number' ? error.code : undefined;
}

/** Translates an error of the client library. No answer, 429 and 5xx may pass; other refusals stay refusals. */
export function toKubernetesError(error: unknown): RestitchError {
  if (error instanceof RestitchError) return error;
  const status = callStatus(error);
  const message = error instanceof Error ? error.message.slice(0, 500) : String(error);
  return new RestitchError('kubernetes', `Kubernetes API: ${status ?? 'no answer'}: ${message}`, {
    retryable: status === undefined || status === 429 || status >= 500,
    cause: error,
  });
}
