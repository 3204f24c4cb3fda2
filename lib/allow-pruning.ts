import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acceptWildcard } from './accept-finding.ts';
import type { PolicyHolder } from './policy-holder.ts';
import type { RestitchFunction } from './restitch-function.ts';

/** Allows removing versions of the runbook, but not the function itself, and our documents. */
export function allowPruning(
  sweep: RestitchFunction,
  { functionArn }: RestitchFunction,
  documentPatterns: readonly string[],
): void {
  sweep.addToRolePolicy(
    new PolicyStatement({
      actions: ['lambda:GetFunctionConfiguration', 'lambda:ListVersionsByFunction'],
      resources: [functionArn, `${functionArn}:*`],
    }),
  );
  sweep.addToRolePolicy(new PolicyStatement({ actions: ['lambda:DeleteFunction'], resources: [`${functionArn}:*`] }));
  acceptWildcard(sweep, `${functionArn}:*`, 'Every version of the runbook is removed when no execution needs it.');
  allowDocumentPruning(sweep, documentPatterns);
}

/** Allows removing our documents, where they are. ListDocuments takes no resources. */
export function allowDocumentPruning(sweep: PolicyHolder, documentPatterns: readonly string[]): void {
  sweep.addToRolePolicy(new PolicyStatement({ actions: ['ssm:ListDocuments'], resources: ['*'] }));
  acceptWildcard(sweep, '*', 'ListDocuments cannot be limited to resources.');
  sweep.addToRolePolicy(new PolicyStatement({ actions: ['ssm:DeleteDocument'], resources: [...documentPatterns] }));
}
