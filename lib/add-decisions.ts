import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { RestitchFunction } from './restitch-function.ts';
import { urlCallers } from './url-callers.ts';

/**
 * The URL at which people decide on the command line: there Lambda says who calls. A function has one URL, an alias has its own. The
 * policy is for those people.
 */
export function addDecisions(stack: Stack, approval: RestitchFunction): void {
  const alias = approval.addAlias('cli');
  const { url } = alias.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  const description =
    'Restitch: may call the URL of restitch approve and deny; the list of approvers decides who counts';
  const policy = urlCallers(stack, 'Approvers', alias.functionArn, description);
  new CfnOutput(stack, 'DecisionUrl', { value: url });
  new CfnOutput(stack, 'ApproverPolicyArn', { value: policy.managedPolicyArn });
}
