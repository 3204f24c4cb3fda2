import { DurableExecutionAlreadyStartedException, InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import { toRestitchError } from '../aws/aws-error.ts';
import { toPayload } from './to-payload.ts';

/** Starts executions behind the runbook's alias, asynchronously: one that runs ends on the version that it began on. */
export function startExecution(client: LambdaClient, aliasArn: string): ExecutionEngine['start'] {
  return async (name, input) => {
    try {
      // A name that exists with the same input returns the existing execution, so success does not mean that it is new.
      await client.send(
        new InvokeCommand({
          FunctionName: aliasArn,
          InvocationType: 'Event',
          DurableExecutionName: name,
          Payload: toPayload(input),
        }),
      );
      return 'started';
    } catch (error) {
      if (error instanceof DurableExecutionAlreadyStartedException) return 'exists';
      throw toRestitchError('engine', error);
    }
  };
}
