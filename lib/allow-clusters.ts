import { CfnOutput } from 'aws-cdk-lib';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import type { RestitchFunction } from './restitch-function.ts';
import type { StackCluster } from './stack-settings.ts';

/**
 * Names the function's role, which EKS clusters know by an access entry with the group of deploy/kubernetes/rbac.yaml; makes the
 * entries where the settings want them. `clusters`: those in the function's own account.
 */
export function allowClusters(caller: RestitchFunction, clusters: readonly StackCluster[]): void {
  const { role, stack } = caller;
  const known = clusters.flatMap(({ eks }) => eks ?? []);
  if (role === undefined || known.length === 0) return;
  const { id } = caller.node;
  new CfnOutput(stack, `${id}RoleArn`, { value: role.roleArn });
  for (const [index, { name, accessEntries }] of known.entries())
    if (accessEntries)
      new CfnAccessEntry(stack, `${id}AccessEntry${index === 0 ? '' : index + 1}`, {
        clusterName: name,
        principalArn: role.roleArn,
        kubernetesGroups: [`restitch-${id.toLowerCase()}`],
      });
}
