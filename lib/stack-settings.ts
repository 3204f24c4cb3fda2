import type * as z from 'zod';
import type { Cluster } from '../configuration/cluster.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { AccountHolder } from '../configuration/role-name.ts';
import { variablesOf } from '../configuration/variables-of.ts';
import { SettingsEnvironment } from '../functions/settings-environment.ts';

/** An EKS cluster. `ca`: base64. */
export interface EksCluster {
  readonly name: string;
  readonly endpoint: string;
  readonly ca: string;
  /** Whether the stack makes the access entries of its roles. */
  readonly accessEntries: boolean;
}

/** Ids of what the functions that call the Kubernetes API stand in. */
export interface StackVpc {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** The Alertmanager that sweep asks. `tokenSecret`: the name of a secret `{"token": "…"}`. */
export interface StackAlertmanager {
  readonly url: string;
  readonly tokenSecret: string | null;
  readonly receiver: string;
}

/** How State Manager installs the watchdog: on so many nodes at once, until so many failed. Numbers, or percentages as `10%`. */
export interface StackWatchdog {
  readonly textfileFolder: string;
  readonly atOnce: string;
  readonly maxErrors: string;
}

/** The account of a cluster that is not in the stack's own, and the roles that its functions take there. */
export interface StackAccount {
  readonly id: string;
  readonly region: string;
  readonly externalId: string;
  readonly permissionsBoundary: string | null;
}

/** One cluster that a stack serves. Ids, ARNs and names were checked when the file was read. */
export interface StackCluster {
  /** The names that alerts give it; the first one is its own. */
  readonly names: readonly [string, ...string[]];
  /** Alerts that name no cluster are about this one. */
  readonly takesUnnamed: boolean;
  readonly eks: EksCluster | null;
  /** Or K3s and others: the name of a secret `{"kubeconfig": "…"}`. */
  readonly kubeconfigSecret: string | null;
  /** Commands can be sent only to instances with this tag. */
  readonly instanceTag: string;
  /** What the tag says: names of Nodes, with `*` and `?` for any letters. */
  readonly nodeNames: readonly string[];
  /** Route tables of the VPC that Restitch may read, and change after approval. Empty: no rights. */
  readonly routeTables: readonly string[];
  readonly alertmanager: StackAlertmanager | null;
  /** Null: the team installs the watchdog itself. */
  readonly watchdog: StackWatchdog | null;
  /** Null: the stack's own. */
  readonly account: StackAccount | null;
}

/** What a stack is built from. */
export interface StackSettings {
  readonly stackName: string;
  /** In the order of the file. Alerts of others are refused. */
  readonly served: readonly [StackCluster, ...StackCluster[]];
  readonly vpc: StackVpc | null;
  readonly slackChannel: string;
  /** Who is told of a question that nobody answers. */
  readonly slackEscalation?: { readonly channel?: string | undefined; readonly group?: string | undefined };
  /** Where questions are posted beside Slack, for another tool; null: nowhere. */
  readonly approvalWebhook: { readonly url: string } | null;
  /** Slack user ids and user groups, and ARNs for the command line (`isApprover`). Empty: nobody can approve, and every question expires. */
  readonly approvers: readonly string[];
  /** Ids of the workspaces, apps and channels whose `/restitch` is answered. Empty: none is. */
  readonly slackCommands: {
    readonly workspaces: readonly string[];
    readonly apps: readonly string[];
    readonly channels: readonly string[];
  };
  readonly documentPrefix: string;
  /** The names of the roles of runbook and sweep, where the roles of other accounts name them. Null: CloudFormation names them. */
  readonly roleNames: Readonly<Record<AccountHolder, string>> | null;
  /** The most that run at once of the functions that are called from outside; null: the account's limit. */
  readonly concurrency: Readonly<Record<'intake' | 'approval' | 'console', number | null>>;
  /** Whether there is a console page behind a URL that IAM guards. */
  readonly console: boolean;
  /** The ARN of the SNS topic of the alarms; null: the file says why nobody is told. */
  readonly alarmTopic: string | null;
  /** Whether neither the stack nor its table can be deleted. */
  readonly deletionProtection: boolean;
  /** How long the logs are kept. */
  readonly logDays: number;
  /** How long the details of receipts and the histories of executions are kept. */
  readonly receiptDays: number;
  /** How long a question stays open. */
  readonly approvalSeconds: number;
  /** The ARN of the customer's key for what the stack stores; null: keys of AWS. */
  readonly encryptionKey: string | null;
  /** The functions' variables that the file's `settings` set. Each function gets those that it reads. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the file says of the clusters of one stack, which agree about it. */
export function stackSettings(
  clusters: readonly [Cluster, ...Cluster[]],
  { approvers, slack, approvalWebhook, settings }: Configuration,
): StackSettings {
  const [{ notification, stack }] = clusters;
  const environment = variablesOf(settings);
  const defaults = SettingsEnvironment.parse(environment);
  const [first, ...more] = clusters;
  const served = [clusterSettings(first, defaults), ...more.map((one) => clusterSettings(one, defaults))] as const;
  return {
    stackName: stack.name,
    served,
    vpc: clusters.find(({ vpc }) => vpc !== undefined)?.vpc ?? null,
    slackChannel: slack.channel,
    ...(slack.escalation === undefined ? {} : { slackEscalation: slack.escalation }),
    approvalWebhook: approvalWebhook ?? null,
    approvers,
    slackCommands: { workspaces: slack.workspaces, apps: slack.apps, channels: slack.commandChannels },
    documentPrefix: stack.documentPrefix ?? defaults.DOCUMENT_PREFIX,
    roleNames: null,
    concurrency: {
      intake: limit(stack.concurrency.intake),
      approval: limit(stack.concurrency.approval),
      console: limit(stack.concurrency.console),
    },
    console: stack.console,
    alarmTopic: notification.topic ?? null,
    deletionProtection: stack.deletionProtection,
    logDays: stack.logDays,
    receiptDays: defaults.RECEIPT_DAYS,
    approvalSeconds: defaults.APPROVAL_TIMEOUT_SECONDS,
    encryptionKey: stack.encryptionKey ?? null,
    environment,
  };
}

function clusterSettings(cluster: Cluster, defaults: z.infer<typeof SettingsEnvironment>): StackCluster {
  const { name, otherNames, kubeconfigSecret, eks, routeTables, alertmanager, account } = cluster;
  return {
    names: [name, ...otherNames],
    takesUnnamed: cluster.takesUnnamedAlerts,
    eks: eks === undefined ? null : { ...eks, name: eks.name ?? name },
    kubeconfigSecret: kubeconfigSecret ?? null,
    instanceTag: cluster.instanceTag ?? defaults.INSTANCE_TAG,
    nodeNames: cluster.nodeNames,
    routeTables,
    alertmanager:
      alertmanager === undefined
        ? null
        : {
            url: alertmanager.url,
            tokenSecret: alertmanager.tokenSecret ?? null,
            receiver: alertmanager.receiver ?? defaults.ALERTMANAGER_RECEIVER,
          },
    watchdog: cluster.watchdog?.install === true ? cluster.watchdog : null,
    account:
      account === undefined
        ? null
        : {
            id: account.id,
            region: account.region,
            externalId: account.externalId ?? cluster.stack.name,
            permissionsBoundary: account.permissionsBoundary ?? null,
          },
  };
}

/** Every name of every cluster. */
export function clusterNames({ served }: Pick<StackSettings, 'served'>): readonly string[] {
  return served.flatMap(({ names }) => names);
}

/** One cluster, in the stack's own account: the environment of the functions describes it. */
export function isAlone({ served }: Pick<StackSettings, 'served'>): boolean {
  const [{ account }, ...more] = served;
  return account === null && more.length === 0;
}

/** The clusters whose instances are in the stack's own account and region. */
export function clustersHere({ served }: Pick<StackSettings, 'served'>): readonly StackCluster[] {
  return served.filter(({ account }) => account === null);
}

function limit(given: number | 'account'): number | null {
  return given === 'account' ? null : given;
}
