import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acceptWildcard } from './accept-finding.ts';
import type { RestitchFunction } from './restitch-function.ts';

const EVERY_VERSION =
  'A running incident ends on the version that started it: the executions of every version must be reachable.';

/** Allows starting executions, through the alias alone. */
export function allowStart(caller: RestitchFunction, aliasArn: string): void {
  caller.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [aliasArn] }));
}

/** Allows completing callbacks. Lambda authorises this on the ARN of the execution, which has the number of its version in it. */
export function allowCallbacks(caller: RestitchFunction, { functionArn }: RestitchFunction): void {
  caller.addToRolePolicy(
    new PolicyStatement({
      actions: ['lambda:SendDurableExecutionCallbackSuccess'],
      resources: [`${functionArn}:*`],
    }),
  );
  acceptWildcard(caller, `${functionArn}:*`, EVERY_VERSION);
}

/** Allows listing executions, which is authorised on the function, and reading why one of them ended. */
export function allowDescribe(caller: RestitchFunction, { functionArn }: RestitchFunction): void {
  caller.addToRolePolicy(
    new PolicyStatement({
      actions: ['lambda:ListDurableExecutionsByFunction'],
      resources: [functionArn, `${functionArn}:*`],
    }),
  );
  caller.addToRolePolicy(
    new PolicyStatement({ actions: ['lambda:GetDurableExecution'], resources: [`${functionArn}:*`] }),
  );
  acceptWildcard(caller, `${functionArn}:*`, EVERY_VERSION);
}
