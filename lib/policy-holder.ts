import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** Whose policy is added to: a function, or a role that a function takes. */
export interface PolicyHolder extends IConstruct {
  addToRolePolicy(statement: PolicyStatement): void;
}
