import { type CfnResource, type Stack, Validations } from 'aws-cdk-lib';

/** Accepts findings of cdk-nag that are intended, each with its reason. `runbook` is the CloudFormation function of that name. */
export function acknowledgeFindings(stack: Stack, runbook: CfnResource): void {
  const managed = 'AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role';
  const wildcard = 'AwsSolutions::AwsSolutions-IAM5[Resource::';
  const account = '<AWS::Region>:<AWS::AccountId>';
  const accepted: readonly (readonly [string, string])[] = [
    [`${managed}/AWSLambdaBasicExecutionRole]`, "The vendor's own minimum for writing logs."],
    [`${managed}/AWSLambdaBasicDurableExecutionRolePolicy]`, "The vendor's own minimum for logs and checkpoints."],
    [
      `${wildcard}*]`,
      'GetCommandInvocation, ListCommands, DescribeInstanceInformation and DescribeRouteTables cannot be limited to resources.',
    ],
    [`${wildcard}arn:<AWS::Partition>:ec2:${account}:instance/*]`, 'Narrowed by the instance tag condition.'],
    [`${wildcard}arn:<AWS::Partition>:ssm:${account}:managed-instance/*]`, 'Narrowed by the instance tag condition.'],
    [
      `${wildcard}<${stack.getLogicalId(runbook)}.Arn>:*]`,
      'A running incident ends on the version that started it: the executions of every version must be reachable.',
    ],
    [
      'AwsSolutions::AwsSolutions-SMG4',
      'Two webhook tokens are valid at once, so that the team rotates them with Alertmanager; Slack rotates its own.',
    ],
  ];
  for (const [id, reason] of accepted) Validations.of(stack).acknowledge({ id, reason });
}
