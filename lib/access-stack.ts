import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import { AccountPrincipal, type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type AccountHolder, roleNameIn } from '../configuration/role-name.ts';
import { documentNames, fileDocument } from '../core/runbook/node-command.ts';
import { isSamePlace } from './accounts-of.ts';
import { addOnboarding } from './add-onboarding.ts';
import { allowCommands } from './allow-commands.ts';
import { allowDocumentPruning } from './allow-pruning.ts';
import { allowRouteTables } from './allow-route-tables.ts';
import { keepsFiles } from './keeps-files.ts';
import { NodeDocuments } from './node-documents.ts';
import type { PolicyHolder } from './policy-holder.ts';
import type { StackAccount, StackCluster, StackSettings } from './stack-settings.ts';

export interface AccessStackProps extends StackProps {
  readonly settings: StackSettings;
  readonly account: StackAccount;
  /** The account and region of the functions. */
  readonly home: { readonly account: string; readonly region: string };
}

/**
 * What the stack of the functions needs in the account of a cluster: the Run Command documents, a role for each of the two functions
 * that work there, and the nodes' onboarding.
 */
export class AccessStack extends Stack {
  constructor(scope: Construct, id: string, { settings, account, home, ...props }: AccessStackProps) {
    super(scope, id, props);
    const clusters = settings.served.filter((cluster) => isSamePlace(cluster.account, account));
    const documents = new NodeDocuments(this, 'Documents', { prefix: settings.documentPrefix });
    addOnboarding(this, { documentPrefix: settings.documentPrefix, clusters });
    const roleFor = (holder: AccountHolder) => new AccountRole(this, holder, { settings, account, home, clusters });
    const runbook = roleFor('runbook');
    const sent = documentNames.filter((name) => name !== fileDocument);
    allowCommands(runbook, documents.patterns(sent), clusters);
    allowRouteTables(
      runbook,
      clusters.flatMap(({ routeTables }) => routeTables),
    );
    const sweep = roleFor('sweep');
    if (keepsFiles(settings)) allowCommands(sweep, documents.patterns([fileDocument]), clusters);
    allowDocumentPruning(sweep, documents.patterns());
  }
}

interface AccountRoleProps extends Pick<AccessStackProps, 'settings' | 'account' | 'home'> {
  readonly clusters: readonly StackCluster[];
}

/** The role that one function takes, and nobody else: its own role is named, and the external id must be said. */
class AccountRole extends Role implements PolicyHolder {
  constructor(stack: Stack, holder: AccountHolder, { settings, account, home, clusters }: AccountRoleProps) {
    const caller = stack.formatArn({
      service: 'iam',
      region: '',
      account: home.account,
      resource: 'role',
      resourceName: roleNameIn(settings.stackName, holder, home.region),
    });
    const id = holder === 'runbook' ? 'Runbook' : 'Sweep';
    super(stack, `${id}Role`, {
      roleName: roleNameIn(settings.stackName, holder, account.region),
      description: `Restitch: what ${holder} of the stack ${settings.stackName} may do with the nodes here`,
      // A role that is not there yet cannot be a principal: it is named in the condition.
      assumedBy: new AccountPrincipal(home.account).withConditions({
        ArnEquals: { 'aws:PrincipalArn': caller },
        StringEquals: { 'sts:ExternalId': account.externalId },
      }),
    });
    new CfnOutput(stack, `${id}RoleArn`, { value: this.roleArn });
    for (const [index, { eks }] of clusters.entries()) {
      if (eks === null || !eks.accessEntries) continue;
      new CfnAccessEntry(stack, `${id}AccessEntry${index === 0 ? '' : index + 1}`, {
        clusterName: eks.name,
        principalArn: this.roleArn,
        kubernetesGroups: [`restitch-${holder}`],
      });
    }
  }

  addToRolePolicy(statement: PolicyStatement): void {
    this.addToPrincipalPolicy(statement);
  }
}
