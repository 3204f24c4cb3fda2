import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { ExecutionEngine } from '../../core/incident/execution-engine.ts';
import { completeCallback } from './complete-callback.ts';
import { describeExecution } from './describe-execution.ts';
import { startExecution } from './start-execution.ts';

/** The whole engine, for sweep. `aliasArn`: of the runbook. The others take the parts that they use and have rights for. */
export function createLambdaEngine(client: LambdaClient, aliasArn: string): ExecutionEngine {
  return {
    start: startExecution(client, aliasArn),
    completeCallback: completeCallback(client),
    describe: describeExecution(client, aliasArn),
  };
}
