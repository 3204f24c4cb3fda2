import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RestitchFunction } from './restitch-function.ts';
import type { StackSettings } from './stack-settings.ts';

/** Allows own documents only, on tagged instances only. The calls that read commands cannot be limited to resources. */
export function allowCommands(
  runbook: RestitchFunction,
  documentArns: readonly string[],
  { instanceTag }: Pick<StackSettings, 'instanceTag'>,
): void {
  const stack = Stack.of(runbook);
  runbook.addToRolePolicy(new PolicyStatement({ actions: ['ssm:SendCommand'], resources: [...documentArns] }));
  runbook.addToRolePolicy(
    new PolicyStatement({
      actions: ['ssm:SendCommand'],
      resources: [
        stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' }),
        stack.formatArn({ service: 'ssm', resource: 'managed-instance', resourceName: '*' }),
      ],
      conditions: { StringLike: { [`ssm:resourceTag/${instanceTag}`]: '*' } },
    }),
  );
  runbook.addToRolePolicy(
    new PolicyStatement({
      actions: ['ssm:GetCommandInvocation', 'ssm:ListCommands', 'ssm:DescribeInstanceInformation'],
      resources: ['*'],
    }),
  );
}
