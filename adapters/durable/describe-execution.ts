import {
  type Execution,
  GetDurableExecutionCommand,
  type LambdaClient,
  LambdaServiceException,
  paginateListDurableExecutionsByFunction,
} from '@aws-sdk/client-lambda';
import type { ExecutionEngine, ExecutionStatus } from '../../core/incident/execution-engine.ts';
import { toRestitchError } from '../aws/aws-error.ts';
import { withoutQualifier } from '../aws/without-qualifier.ts';

/** Finds out what became of an execution, whatever its version. */
export function describeExecution(client: LambdaClient, aliasArn: string): ExecutionEngine['describe'] {
  return async (name) => {
    try {
      const execution = await findNewest(client, aliasArn, name);
      if (execution === undefined) return { status: 'absent' };
      const status = toStatus(execution.Status);
      if (status.status === 'running' || status.status === 'succeeded') return status;
      const reason = await readReason(client, execution);
      return reason === undefined ? status : { ...status, reason };
    } catch (error) {
      throw toRestitchError('engine', error);
    }
  };
}

/** The newest execution with exactly this name. Names can be reused after the retention period. */
async function findNewest(client: LambdaClient, functionName: string, name: string): Promise<Execution | undefined> {
  // With an alias the listing shows one version only: after a deployment, executions of the previous version would be missing,
  // and would be started a second time.
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

/** Why it ended. The status is known without it, so an error of this call is no failure: it is told in place of the reason. */
async function readReason(client: LambdaClient, { DurableExecutionArn }: Execution): Promise<string | undefined> {
  try {
    const { Error: error } = await client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));
    return error === undefined ? undefined : `${error.ErrorType ?? 'Error'}: ${error.ErrorMessage ?? ''}`;
  } catch (error) {
    if (error instanceof LambdaServiceException) return `why is not known: ${error.name}: ${error.message}`;
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
