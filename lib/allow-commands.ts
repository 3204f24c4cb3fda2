import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acceptWildcard } from './accept-finding.ts';
import type { PolicyHolder } from './policy-holder.ts';
import type { StackCluster } from './stack-settings.ts';

/**
 * Allows these documents only, on instances with the tag of a cluster and one of its values only. The calls that read commands cannot
 * be limited to resources. Without clusters it grants nothing.
 */
export function allowCommands(
  caller: PolicyHolder,
  documentArns: readonly string[],
  clusters: readonly Pick<StackCluster, 'instanceTag' | 'nodeNames'>[],
): void {
  if (clusters.length === 0) return;
  const stack = Stack.of(caller);
  const instances = [
    stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' }),
    stack.formatArn({ service: 'ssm', resource: 'managed-instance', resourceName: '*' }),
  ];
  caller.addToRolePolicy(new PolicyStatement({ actions: ['ssm:SendCommand'], resources: [...documentArns] }));
  for (const [instanceTag, tagged] of Map.groupBy(clusters, (cluster) => cluster.instanceTag)) {
    const nodeNames = [...new Set(tagged.flatMap((cluster) => cluster.nodeNames))];
    caller.addToRolePolicy(
      new PolicyStatement({
        actions: ['ssm:SendCommand'],
        resources: instances,
        conditions: { StringLike: { [`ssm:resourceTag/${instanceTag}`]: nodeNames } },
      }),
    );
  }
  for (const arn of instances) acceptWildcard(caller, arn, 'Narrowed by the condition on the instance tag.');
  caller.addToRolePolicy(
    new PolicyStatement({
      actions: [
        'ssm:GetCommandInvocation',
        'ssm:ListCommandInvocations',
        'ssm:ListCommands',
        'ssm:DescribeInstanceInformation',
      ],
      resources: ['*'],
    }),
  );
  acceptWildcard(
    caller,
    '*',
    'GetCommandInvocation, ListCommandInvocations, ListCommands and DescribeInstanceInformation cannot be limited to resources; nor can DescribeRouteTables.',
  );
}
