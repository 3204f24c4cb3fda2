/** Where an unexpected failure came from. Expected outcomes are values, not errors. */
export type ErrorCode =
  | 'ssm'
  | 'sts'
  | 'ec2'
  | 'kubernetes'
  | 'slack'
  | 'webhook'
  | 'store'
  | 'queue'
  | 'engine'
  | 'alertmanager'
  | 'configuration'
  | 'evidence';

/** The one error family. `retryable` says whether the same call may succeed later without harm. */
export class RestitchError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { readonly retryable: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = 'RestitchError';
    this.code = code;
    this.retryable = options.retryable;
  }
}
