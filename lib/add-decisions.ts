import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import type { RestitchFunction } from './restitch-function.ts';

/**
 * The URL at which people decide on the command line: there Lambda says who calls. A function has one URL, an alias has its own. The
 * policy is for those people. It allows the call through the URL alone: whoever invokes the function itself writes the whole event, and
 * could name somebody else in it (Lambda developer guide, "Control access to Lambda function URLs": both actions are needed).
 */
export function addDecisions(stack: Stack, approval: RestitchFunction): void {
  const alias = approval.addAlias('cli');
  const { url } = alias.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  const resources = [alias.functionArn];
  const policy = new ManagedPolicy(stack, 'Approvers', {
    description: 'Restitch: may call the URL of restitch approve and deny; the list of approvers decides who counts',
    statements: [
      new PolicyStatement({
        actions: ['lambda:InvokeFunctionUrl'],
        resources,
        conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': FunctionUrlAuthType.AWS_IAM } },
      }),
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources,
        conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
      }),
    ],
  });
  new CfnOutput(stack, 'DecisionUrl', { value: url });
  new CfnOutput(stack, 'ApproverPolicyArn', { value: policy.managedPolicyArn });
}
