import {
  CallbackTimeoutException,
  type LambdaClient,
  ResourceNotFoundException,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import { toRestitchError } from '../aws/aws-error.ts';
import { toPayload } from './to-payload.ts';

/** Completes callbacks, which name their execution themselves. */
export function completeCallback(client: LambdaClient): ExecutionEngine['completeCallback'] {
  return async (callbackId, result) => {
    try {
      await client.send(
        new SendDurableExecutionCallbackSuccessCommand({ CallbackId: callbackId, Result: toPayload(result) }),
      );
      return 'completed';
    } catch (error) {
      if (error instanceof CallbackTimeoutException || error instanceof ResourceNotFoundException) return 'gone';
      throw toRestitchError('engine', error);
    }
  };
}
