import type { Cluster } from '../configuration/cluster.ts';
import type { Configuration } from '../configuration/configuration.ts';
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

/** What the stack of one cluster is built from. Ids, ARNs and names were checked when the file was read. */
export interface StackSettings {
  readonly stackName: string;
  readonly eks: EksCluster | null;
  /** Or K3s and others: the name of a secret `{"kubeconfig": "…"}`. */
  readonly kubeconfigSecret: string | null;
  readonly vpc: StackVpc | null;
  readonly slackChannel: string;
  /** Who is told of a question that nobody answers. */
  readonly slackEscalation?: { readonly channel?: string | undefined; readonly group?: string | undefined };
  /** Slack user ids and user groups, and ARNs for the command line (`isApprover`). Empty: nobody can approve, and every question expires. */
  readonly approvers: readonly string[];
  /** Ids of the workspaces, apps and channels whose `/restitch` is answered. Empty: none is. */
  readonly slackCommands: {
    readonly workspaces: readonly string[];
    readonly apps: readonly string[];
    readonly channels: readonly string[];
  };
  readonly documentPrefix: string;
  /** Commands can be sent only to instances with this tag. */
  readonly instanceTag: string;
  /** What the tag says: names of Nodes, with `*` and `?` for any letters. */
  readonly nodeNames: readonly string[];
  /** Route tables of the VPC that Restitch may read, and change after approval. Empty: no rights. */
  readonly routeTables: readonly string[];
  /** The names that alerts give the cluster; the first one is its own. Alerts of others are refused. */
  readonly clusters: readonly [string, ...string[]];
  /** The cluster of alerts that name none. */
  readonly defaultCluster: string | null;
  readonly alertmanager: StackAlertmanager | null;
  /** Null: the team installs the watchdog itself. */
  readonly watchdog: StackWatchdog | null;
  /** The most that run at once of the functions that are called from outside; null: the account's limit. */
  readonly concurrency: Readonly<Record<'intake' | 'approval' | 'console', number | null>>;
  /** Whether there is a console page behind a URL that IAM guards. */
  readonly console: boolean;
  /** The ARN of the SNS topic of the alarms; null: the file says why nobody is told. */
  readonly alarmTopic: string | null;
  /** How long a question stays open. */
  readonly approvalSeconds: number;
  /** The ARN of the customer's key for what the stack stores; null: keys of AWS. */
  readonly encryptionKey: string | null;
  /** The functions' variables that the file's `settings` set. Each function gets those that it reads. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What the file says of one of its clusters. */
export function stackSettings(cluster: Cluster, { approvers, slack, settings }: Configuration): StackSettings {
  const { name, otherNames, kubeconfigSecret, eks, vpc, routeTables, alertmanager, notification, stack } = cluster;
  const environment = variablesOf(settings);
  const defaults = SettingsEnvironment.parse(environment);
  return {
    stackName: stack.name,
    eks: eks === undefined ? null : { ...eks, name: eks.name ?? name },
    kubeconfigSecret: kubeconfigSecret ?? null,
    vpc: vpc ?? null,
    slackChannel: slack.channel,
    ...(slack.escalation === undefined ? {} : { slackEscalation: slack.escalation }),
    approvers,
    slackCommands: { workspaces: slack.workspaces, apps: slack.apps, channels: slack.commandChannels },
    documentPrefix: stack.documentPrefix ?? defaults.DOCUMENT_PREFIX,
    instanceTag: defaults.INSTANCE_TAG,
    nodeNames: cluster.nodeNames,
    routeTables,
    clusters: [name, ...otherNames],
    defaultCluster: cluster.takesUnnamedAlerts ? name : null,
    alertmanager:
      alertmanager === undefined
        ? null
        : {
            url: alertmanager.url,
            tokenSecret: alertmanager.tokenSecret ?? null,
            receiver: alertmanager.receiver ?? defaults.ALERTMANAGER_RECEIVER,
          },
    watchdog: cluster.watchdog?.install === true ? cluster.watchdog : null,
    concurrency: {
      intake: limit(stack.concurrency.intake),
      approval: limit(stack.concurrency.approval),
      console: limit(stack.concurrency.console),
    },
    console: stack.console,
    alarmTopic: notification.topic ?? null,
    approvalSeconds: defaults.APPROVAL_TIMEOUT_SECONDS,
    encryptionKey: stack.encryptionKey ?? null,
    environment,
  };
}

function limit(given: number | 'account'): number | null {
  return given === 'account' ? null : given;
}
