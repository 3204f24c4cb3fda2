import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { acceptManagedPolicy } from './accept-finding.ts';
import type { RestitchFunction } from './restitch-function.ts';
import type { StackVpc } from './stack-settings.ts';

const POLICY = 'service-role/AWSLambdaVPCAccessExecutionRole';

/** Gives a function network interfaces in the subnets. The VPC belongs to the team: the stack neither looks it up nor changes it. */
export function placeInVpc(placed: RestitchFunction, { subnets, securityGroups }: StackVpc): void {
  const { defaultChild } = placed.node;
  if (!(defaultChild instanceof CfnFunction)) return;
  defaultChild.vpcConfig = { subnetIds: [...subnets], securityGroupIds: [...securityGroups] };
  placed.role?.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(POLICY));
  acceptManagedPolicy(placed, POLICY, "The vendor's own minimum for a function's network interfaces.");
}
