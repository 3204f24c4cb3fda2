import { CfnOutput, type Stack } from 'aws-cdk-lib';
import { isAlone, type StackCluster, type StackSettings } from './stack-settings.ts';

/** What `restitch doctor --stack` and `restitch … --cluster` must know of the clusters (adapters/aws/stack-outputs.ts reads it). */
export function addClusterOutputs(stack: Stack, settings: StackSettings): void {
  const [first] = settings.served;
  new CfnOutput(stack, 'InstanceTag', { value: first.instanceTag });
  if (first.kubeconfigSecret !== null) new CfnOutput(stack, 'KubeconfigSecret', { value: first.kubeconfigSecret });
  if (isAlone(settings)) return;
  for (const [index, cluster] of settings.served.entries())
    new CfnOutput(stack, `Cluster${index + 1}`, { value: JSON.stringify(described(cluster)) });
}

/** An output holds 1,024 characters. */
function described({ names, instanceTag, nodeNames, kubeconfigSecret, account }: StackCluster) {
  return {
    names,
    instanceTag,
    nodeNames,
    ...(kubeconfigSecret === null ? {} : { kubeconfigSecret }),
    ...(account === null ? {} : { account: account.id, region: account.region }),
  };
}
