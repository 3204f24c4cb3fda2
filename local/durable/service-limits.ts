/**
 * The limits of AWS Lambda, enforced here too, so that nothing works on one machine and fails in the cloud. Sources: the
 * documentation in `@aws-sdk/client-lambda` 3.1162 (InvocationRequest, OperationUpdate, SendDurableExecutionCallbackSuccess)
 * and, for errors, the validators of `@aws/durable-execution-sdk-js-testing` 1.1.4.
 */

const executionName = /^[A-Za-z0-9_-]{1,64}$/;

/** An asynchronous invocation, and every payload of an execution that was started by one. */
export const LARGEST_PAYLOAD_BYTES = 1_048_576;
export const LARGEST_CALLBACK_RESULT_BYTES = 262_144;
/** The whole update that carries an error. */
export const LARGEST_ERROR_BYTES = 32_768;

export function isExecutionName(name: string): boolean {
  return executionName.test(name);
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
