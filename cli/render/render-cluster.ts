import type { Cluster } from '../../configuration/cluster.ts';
import type { Configuration } from '../../configuration/configuration.ts';
import { accountRoleArn } from '../../configuration/role-name.ts';
import { variablesOf } from '../../configuration/variables-of.ts';
import { SettingsEnvironment } from '../../functions/settings-environment.ts';
import { renderAlertmanager } from './render-alertmanager.ts';
import { renderRbac } from './render-rbac.ts';
import { setVariables } from './set-variables.ts';

/** What only a deployed stack knows. Undefined: it has no such output. */
export interface StackAddresses {
  readonly webhookUrl: string;
  readonly interactivityUrl: string | undefined;
  readonly runbookRoleArn: string | undefined;
  readonly sweepRoleArn: string | undefined;
}

/** The texts of deploy/ and monitoring/ from which the files are made. */
export interface Templates {
  readonly slackManifest: string;
  readonly alertmanager: string;
  readonly rbac: string;
  readonly rbacDrain: string;
  readonly kubeconfigScript: string;
  readonly accessEntriesScript: string;
  readonly nodesScript: string;
}

/** What stands in the templates where only a deployed stack knows the address. */
const INTERACTIVITY_URL = 'https://SLACK_INTERACTIVITY_URL';
const WEBHOOK_URL = 'https://WEBHOOK_URL/';

/** The files that one cluster needs outside the stack, by name. `stack` undefined: addresses stay placeholders. */
export function renderCluster(
  cluster: Cluster,
  configuration: Pick<Configuration, 'settings'>,
  templates: Templates,
  stack: StackAddresses | undefined,
): Readonly<Record<string, string>> {
  const settings = SettingsEnvironment.parse(variablesOf(configuration.settings));
  const region = cluster.account?.region ?? cluster.stack.region ?? '';
  return {
    'slack-app-manifest.yaml': templates.slackManifest.replaceAll(
      INTERACTIVITY_URL,
      stack?.interactivityUrl ?? INTERACTIVITY_URL,
    ),
    'alertmanager.yml': renderAlertmanager(templates.alertmanager, {
      receiver: cluster.alertmanager?.receiver ?? settings.ALERTMANAGER_RECEIVER,
      webhookUrl: stack?.webhookUrl ?? WEBHOOK_URL,
    }),
    'rbac.yaml': renderRbac(
      settings.DRAIN === 'by-approval' ? `${templates.rbac}---\n${templates.rbacDrain}` : templates.rbac,
      {
        holders: cluster.eks === undefined ? 'ServiceAccount' : 'Group',
        inventoryNamespace: settings.INVENTORY_NAMESPACE,
      },
    ),
    ...accessFiles(cluster, templates, stack),
    'nodes.sh': setVariables(templates.nodesScript, {
      region,
      instance_tag: cluster.instanceTag ?? settings.INSTANCE_TAG,
      node_names: cluster.nodeNames.join(' '),
      watchdog: cluster.watchdog?.install === true ? cluster.name : '',
    }),
  };
}

/** How the functions are let into the cluster. */
function accessFiles(
  { name, eks, kubeconfigSecret, account, stack: { name: stackName, region = '' } }: Cluster,
  { kubeconfigScript, accessEntriesScript }: Templates,
  stack: StackAddresses | undefined,
): Readonly<Record<string, string>> {
  if (kubeconfigSecret !== undefined)
    return { 'kubeconfig.sh': setVariables(kubeconfigScript, { region, secret: kubeconfigSecret }) };
  if (eks === undefined || eks.accessEntries) return {};
  const roles =
    account === undefined
      ? { runbook_role: stack?.runbookRoleArn ?? '', sweep_role: stack?.sweepRoleArn ?? '' }
      : {
          runbook_role: accountRoleArn(stackName, 'runbook', account),
          sweep_role: accountRoleArn(stackName, 'sweep', account),
        };
  return {
    'access-entries.sh': setVariables(accessEntriesScript, {
      region: account?.region ?? region,
      cluster: eks.name ?? name,
      stack: stackName,
      ...roles,
    }),
  };
}
