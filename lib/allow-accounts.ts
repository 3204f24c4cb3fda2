import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type AccountHolder, accountRoleArn } from '../configuration/role-name.ts';
import { accountsOf } from './accounts-of.ts';
import type { RestitchFunction } from './restitch-function.ts';
import type { StackSettings } from './stack-settings.ts';

/** Allows taking the function's roles in the accounts of its clusters. Without such clusters it grants nothing. */
export function allowAccounts(caller: RestitchFunction, settings: StackSettings, holder: AccountHolder): void {
  const resources = accountsOf(settings).map((account) => accountRoleArn(settings.stackName, holder, account));
  if (resources.length > 0) caller.addToRolePolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources }));
}
