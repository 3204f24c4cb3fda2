import { type ErrorCode, RestitchError } from '../../core/restitch-error.ts';

/** Error names for throttling: the request was not accepted and may be repeated. */
const throttles = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'RequestThrottled',
  'SlowDown',
]);

interface Options {
  /** For calls without an idempotency token: a request that was not clearly refused may have been accepted. */
  readonly acceptedUnlessAnswered?: boolean;
}

/** Translates an AWS SDK error, by its name and HTTP status, never by its message. */
export function toRestitchError(code: ErrorCode, error: unknown, options: Options = {}): RestitchError {
  if (error instanceof RestitchError) return error;
  const name = error instanceof Error ? error.name : 'unknown';
  const status = httpStatus(error);
  const message = `${name}: ${error instanceof Error ? error.message : String(error)}`;
  if (throttles.has(name)) return new RestitchError(code, message, { retryable: true, cause: error });
  const refused = status !== undefined && status >= 400 && status < 500;
  const retryable = options.acceptedUnlessAnswered === true ? false : !refused;
  return new RestitchError(code, message, { retryable, cause: error });
}

/** The HTTP status in an SDK error's metadata; undefined when there was no answer. */
function httpStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
