import { CfnOutput } from 'aws-cdk-lib';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import type { RestitchFunction } from './restitch-function.ts';
import type { EksCluster } from './stack-settings.ts';

/**
 * Names the function's role, which the cluster knows by an access entry with the group of deploy/kubernetes/rbac.yaml; makes the
 * entry where the settings want it.
 */
export function allowCluster(caller: RestitchFunction, { name, accessEntries }: EksCluster): void {
  const { role, stack } = caller;
  if (role === undefined) return;
  const { id } = caller.node;
  new CfnOutput(stack, `${id}RoleArn`, { value: role.roleArn });
  if (!accessEntries) return;
  new CfnAccessEntry(stack, `${id}AccessEntry`, {
    clusterName: name,
    principalArn: role.roleArn,
    kubernetesGroups: [`restitch-${id.toLowerCase()}`],
  });
}
