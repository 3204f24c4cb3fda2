import type { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';

/**
 * A policy for people who may call the URL of a function or an alias that IAM guards. It allows the call through the URL alone: whoever
 * invokes the function itself writes the whole event, and could name somebody else in it (Lambda developer guide, "Control access to
 * Lambda function URLs": both actions are needed).
 */
export function urlCallers(stack: Stack, id: string, functionArn: string, description: string): ManagedPolicy {
  const resources = [functionArn];
  return new ManagedPolicy(stack, id, {
    description,
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
}
