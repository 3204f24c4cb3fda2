import { RestitchError } from '../../core/restitch-error.ts';
import { toRestitchError } from './aws-error.ts';

/** The connection never came about: the service cannot have heard of the command. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * Translates an error of SendCommand, which has no client token. Retryable only when nothing can have been accepted; all
 * else may have become a command and is to be reconciled.
 */
export function toSendError(error: unknown): RestitchError {
  const code = codeOf(error);
  if (code !== undefined && neverConnected.has(code)) {
    return new RestitchError('ssm', `${code}: SendCommand was never sent`, { retryable: true, cause: error });
  }
  return toRestitchError('ssm', error, { acceptedUnlessAnswered: true });
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
