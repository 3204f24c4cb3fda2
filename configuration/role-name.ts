/** The functions that reach into the accounts of clusters. */
export type AccountHolder = 'runbook' | 'sweep';

/** IAM takes no longer name of a role. */
export const LONGEST_ROLE_NAME = 64;

/**
 * The name of the role of a function: in the stack's region its own, in the region of another account the one that it takes there. Each
 * names the other, so both are known before either is there. A region is part of it, because roles have none.
 */
export function roleNameIn(stackName: string, holder: AccountHolder, region: string): string {
  return `${stackName}-${holder}-${region}`;
}

/** The ARN of the role that a function takes in the account of a cluster. It is text, because it is also in a file beside the code. */
export function accountRoleArn(
  stackName: string,
  holder: AccountHolder,
  { id, region }: { readonly id: string; readonly region: string },
): string {
  return `arn:${partitionOf(region)}:iam::${id}:role/${roleNameIn(stackName, holder, region)}`;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
