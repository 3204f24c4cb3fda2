import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RestitchFunction } from './restitch-function.ts';

/** To start executions of the runbook, to list them and to complete their callbacks, in every version. */
export function allowExecutions(caller: RestitchFunction, functionArn: string): void {
  caller.addToRolePolicy(
    new PolicyStatement({
      actions: [
        'lambda:InvokeFunction',
        'lambda:ListDurableExecutionsByFunction',
        'lambda:SendDurableExecutionCallbackSuccess',
      ],
      resources: [functionArn, `${functionArn}:*`],
    }),
  );
}
