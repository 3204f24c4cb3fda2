import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { PolicyHolder } from './policy-holder.ts';

/** Allows changing routes of the given tables only. Without tables it grants nothing. DescribeRouteTables takes no resources. */
export function allowRouteTables(runbook: PolicyHolder, ids: readonly string[]): void {
  if (ids.length === 0) return;
  const arnOf = (id: string) =>
    Stack.of(runbook).formatArn({ service: 'ec2', resource: 'route-table', resourceName: id });
  runbook.addToRolePolicy(new PolicyStatement({ actions: ['ec2:DescribeRouteTables'], resources: ['*'] }));
  runbook.addToRolePolicy(
    new PolicyStatement({
      actions: ['ec2:CreateRoute', 'ec2:ReplaceRoute', 'ec2:DeleteRoute'],
      resources: ids.map(arnOf),
    }),
  );
}
