import {
  CallbackTimeoutException,
  DurableExecutionAlreadyStartedException,
  InvokeCommand,
  type LambdaClient,
  ListDurableExecutionsByFunctionCommand,
  ResourceNotFoundException,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import type { ExecutionEngine, ExecutionStatus } from '../../core/incident/execution-engine.ts';
import { toRestitchError } from '../aws/aws-error.ts';

/** `functionName` is the ARN of the runbook's alias: a running execution ends on the version that started it. */
export function createLambdaEngine(client: LambdaClient, functionName: string): ExecutionEngine {
  return {
    start: async (name, input) => {
      try {
        // The same name with the same input returns the existing execution: both answers mean "it runs".
        await client.send(
          new InvokeCommand({
            FunctionName: functionName,
            InvocationType: 'Event',
            DurableExecutionName: name,
            Payload: Buffer.from(JSON.stringify(input)),
          }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof DurableExecutionAlreadyStartedException) return 'exists';
        throw toRestitchError('engine', error);
      }
    },
    completeCallback: async (callbackId, result) => {
      try {
        await client.send(
          new SendDurableExecutionCallbackSuccessCommand({
            CallbackId: callbackId,
            Result: Buffer.from(JSON.stringify(result)),
          }),
        );
        return 'completed';
      } catch (error) {
        if (error instanceof CallbackTimeoutException || error instanceof ResourceNotFoundException) return 'gone';
        throw toRestitchError('engine', error);
      }
    },
    describe: async (name) => {
      try {
        const output = await client.send(
          new ListDurableExecutionsByFunctionCommand({ ...splitAlias(functionName), DurableExecutionName: name }),
        );
        return toStatus(output.DurableExecutions?.find((execution) => execution.DurableExecutionName === name)?.Status);
      } catch (error) {
        throw toRestitchError('engine', error);
      }
    },
  };
}

/** `arn:…:function:name:alias` → name and qualifier, as the listing wants them apart. */
function splitAlias(functionName: string): { readonly FunctionName: string; readonly Qualifier?: string } {
  const parts = functionName.split(':');
  const qualifier = parts.length === 8 ? parts.at(-1) : undefined;
  return qualifier === undefined
    ? { FunctionName: functionName }
    : { FunctionName: parts.slice(0, -1).join(':'), Qualifier: qualifier };
}

function toStatus(status: string | undefined): ExecutionStatus {
  switch (status) {
    case 'RUNNING':
      return { status: 'running' };
    case 'SUCCEEDED':
      return { status: 'succeeded' };
    case 'FAILED':
      return { status: 'failed' };
    case 'TIMED_OUT':
      return { status: 'timed-out' };
    case 'STOPPED':
      return { status: 'stopped' };
    case undefined:
      return { status: 'absent' };
    default:
      // A status of tomorrow: unknown is not "gone", so nobody starts a second execution.
      return { status: 'running', reason: status };
  }
}
