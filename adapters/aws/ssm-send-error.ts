import { RestitchError } from '../../core/restitch-error.ts';
import { toRestitchError } from './aws-error.ts';

/** The connection was never established, so the service cannot have received the command. */
const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/**
 * Translates an error of SendCommand, which has no client token. Retryable only when the command cannot have been accepted.
 * After every other error the caller must find out whether a command exists.
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
