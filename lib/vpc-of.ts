import { RestitchError } from '../core/restitch-error.ts';
import type { RestitchProps } from './restitch.ts';
import type { StackVpc } from './stack-settings.ts';

/** Ids of subnets and security groups, or nothing. Throws `RestitchError` where the props do not fit each other. */
export function vpcOf({
  vpc,
  vpcSubnets,
  securityGroups,
}: Pick<RestitchProps, 'vpc' | 'vpcSubnets' | 'securityGroups'>): { readonly vpc?: StackVpc } {
  if (vpc === undefined) {
    if (vpcSubnets === undefined && securityGroups === undefined) return {};
    throw refusal('vpcSubnets and securityGroups say where in a VPC the functions stand: give vpc too');
  }
  if (securityGroups === undefined || securityGroups.length === 0)
    throw refusal('vpc needs securityGroups: one that lets the functions reach the Kubernetes API and AWS');
  const { subnetIds } = vpc.selectSubnets(vpcSubnets);
  return { vpc: { subnets: subnetIds, securityGroups: securityGroups.map(({ securityGroupId }) => securityGroupId) } };
}

function refusal(message: string): RestitchError {
  return new RestitchError('configuration', message, { retryable: false });
}
