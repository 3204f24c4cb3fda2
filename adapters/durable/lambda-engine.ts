import {
  CallbackTimeoutException,
  DurableExecutionAlreadyStartedException,
  type Execution,
  GetDurableExecutionCommand,
  InvokeCommand,
  type LambdaClient,
  LambdaServiceException,
  paginateListDurableExecutionsByFunction,
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
        // A name that exists with the same input returns the existing execution, so success does not mean that it is new.
        await client.send(
          new InvokeCommand({
            FunctionName: functionName,
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
    },
    completeCallback: async (callbackId, result) => {
      try {
        await client.send(
          new SendDurableExecutionCallbackSuccessCommand({ CallbackId: callbackId, Result: toPayload(result) }),
        );
        return 'completed';
      } catch (error) {
        if (error instanceof CallbackTimeoutException || error instanceof ResourceNotFoundException) return 'gone';
        throw toRestitchError('engine', error);
      }
    },
    describe: async (name) => {
      try {
        const execution = await findNewest(client, functionName, name);
        if (execution === undefined) return { status: 'absent' };
        const status = toStatus(execution.Status);
        if (status.status === 'running' || status.status === 'succeeded') return status;
        const reason = await readReason(client, execution);
        return reason === undefined ? status : { ...status, reason };
      } catch (error) {
        throw toRestitchError('engine', error);
      }
    },
  };
}

/** Values that JSON cannot represent, such as `undefined`, become null. */
function toPayload(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value) ?? 'null');
}

/** The newest execution with exactly this name. Names can be reused after the retention period. */
async function findNewest(client: LambdaClient, functionName: string, name: string): Promise<Execution | undefined> {
  const FunctionName = withoutQualifier(functionName);
  for await (const page of paginateListDurableExecutionsByFunction(
    { client },
    { FunctionName, DurableExecutionName: name },
  )) {
    const execution = page.DurableExecutions?.find(({ DurableExecutionName }) => DurableExecutionName === name);
    if (execution !== undefined) return execution;
  }
  return undefined;
}

/**
 * `arn:…:function:name:alias` → `arn:…:function:name`. With an alias the listing shows one version only: after a deployment,
 * executions of the previous version would be missing, and would be started a second time.
 */
function withoutQualifier(functionName: string): string {
  const parts = functionName.split(':');
  return parts.length === 8 ? parts.slice(0, -1).join(':') : functionName;
}

/** Why it ended. The status is known without it, so an error of this call is ignored. */
async function readReason(client: LambdaClient, { DurableExecutionArn }: Execution): Promise<string | undefined> {
  try {
    const { Error: error } = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
    return error === undefined ? undefined : `${error.ErrorType ?? 'Error'}: ${error.ErrorMessage ?? ''}`;
  } catch (error) {
    if (error instanceof LambdaServiceException) return undefined;
    throw error;
  }
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
    default:
      // A status that this version does not know counts as running, so that no second execution is started.
      return { status: 'running', reason: status ?? 'no status' };
  }
}
