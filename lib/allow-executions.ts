import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RestitchFunction } from './restitch-function.ts';

/** Allows starting executions of the runbook, listing them and completing their callbacks, in every version. */
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
