import { Duration, type Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { tableAccess } from '../adapters/aws/table-access.ts';
import { documentNames, fileDocument } from '../core/runbook/node-command.ts';
import { isUserGroup } from '../core/safety/approver.ts';
import { SettingsEnvironment as ApprovalSettings } from '../functions/approval/config.ts';
import { SettingsEnvironment as DispatchSettings } from '../functions/dispatch/config.ts';
import { SettingsEnvironment as IntakeSettings } from '../functions/intake/config.ts';
import { SettingsEnvironment as RunbookSettings } from '../functions/runbook/config.ts';
import { SettingsEnvironment } from '../functions/settings-environment.ts';
import { SettingsEnvironment as SweepSettings } from '../functions/sweep/config.ts';
import { allowAccounts } from './allow-accounts.ts';
import { allowCommands } from './allow-commands.ts';
import { allowCallbacks, allowDescribe, allowStart } from './allow-executions.ts';
import { allowPruning } from './allow-pruning.ts';
import { allowRouteTables } from './allow-route-tables.ts';
import { allowSecret } from './allow-secret.ts';
import { allowSend } from './allow-send.ts';
import { allowTable } from './allow-table.ts';
import { defaultCluster, describeClusters } from './describe-clusters.ts';
import { followQueue } from './follow-queue.ts';
import { keepsFiles } from './keeps-files.ts';
import type { NodeDocuments } from './node-documents.ts';
import { RestitchFunction } from './restitch-function.ts';
import { runEveryMinute } from './run-every-minute.ts';
import { settingsReadBy } from './settings-read-by.ts';
import { clusterNames, clustersHere, type StackSettings } from './stack-settings.ts';

/** The resources that the functions use. */
export interface StackParts {
  readonly settings: StackSettings;
  readonly table: Table;
  readonly queue: Queue;
  readonly webhookSecret: Secret;
  /** What Slack signs its requests with. */
  readonly slackSigningSecret: Secret;
  /** What is sent to Slack as authorization. */
  readonly slackSecret: Secret;
  /** What the approval webhook signs its answers with; undefined: there is no such webhook. */
  readonly answerSecret: Secret | undefined;
  readonly documents: NodeDocuments;
  /** Where the input of a run goes that could not be started, or whose execution broke down. */
  readonly failedRuns: Queue;
}

/** The runbook function, and the ARNs by which the others call it. */
export interface DeployedRunbook {
  readonly runbook: RestitchFunction;
  /** The alias: a running incident ends on the version that started it. */
  readonly aliasArn: string;
}

/** A durable execution may wait for a person or for a timer; an incident that takes longer gets another run. */
const LONGEST_EXECUTION = Duration.days(7);
export const DISPATCH_TIMEOUT = Duration.seconds(30);

export function addRunbook(stack: Stack, parts: StackParts): DeployedRunbook {
  const { settings, table, queue, documents, failedRuns } = parts;
  const clusters = describeClusters(settings, 'runbook');
  const here = clustersHere(settings);
  const runbook = new RestitchFunction(stack, 'Runbook', {
    name: 'runbook',
    description: 'Restitch: works one incident as a durable execution',
    timeout: Duration.minutes(15),
    deadLetterQueue: failedRuns,
    durableConfig: { executionTimeout: LONGEST_EXECUTION, retentionPeriod: Duration.days(settings.receiptDays) },
    environment: {
      ...settingsReadBy(RunbookSettings, settings),
      TABLE_NAME: table.tableName,
      QUEUE_URL: queue.queueUrl,
      STACK_ID: stack.stackId,
      DOCUMENT_PREFIX: settings.documentPrefix,
      DOCUMENT_HASHES: documents.hashes,
      ...clusters.environment,
    },
    files: clusters.files,
    roleName: settings.roleNames?.runbook,
  });
  const live = runbook.addAlias('live');
  // Not before: what it runs must be there.
  runbook.node.addDependency(documents);
  const sent = documentNames.filter((name) => name !== fileDocument);
  allowCommands(runbook, documents.patterns(sent), here);
  allowRouteTables(
    runbook,
    here.flatMap(({ routeTables }) => routeTables),
  );
  allowAccounts(runbook, settings, 'runbook');
  allowTable(runbook, table, tableAccess.runbook);
  allowSend(runbook, queue);
  allowKubeconfigs(stack, runbook, settings);
  return { runbook, aliasArn: live.functionArn };
}

export function addIntake(stack: Stack, { settings, queue, webhookSecret }: StackParts): RestitchFunction {
  const intake = new RestitchFunction(stack, 'Intake', {
    name: 'intake',
    description: 'Restitch: receives Alertmanager webhooks',
    // A webhook of 6 MB holds about 4,000 alerts: a few seconds of parsing and sending.
    timeout: Duration.seconds(30),
    reservedConcurrency: settings.concurrency.intake,
    environment: {
      ...settingsReadBy(IntakeSettings, settings),
      CLUSTERS: clusterNames(settings).join(','),
      QUEUE_URL: queue.queueUrl,
      WEBHOOK_SECRET_ID: webhookSecret.secretArn,
      STACK_NAME: stack.stackName,
      ...defaultCluster(settings),
    },
  });
  allowSend(intake, queue);
  allowSecret(intake, webhookSecret);
  return intake;
}

export function addDispatch(
  stack: Stack,
  { settings, table, queue }: StackParts,
  { runbook, aliasArn }: DeployedRunbook,
): void {
  const dispatch = new RestitchFunction(stack, 'Dispatch', {
    name: 'dispatch',
    description: 'Restitch: opens incidents and starts or signals their execution',
    timeout: DISPATCH_TIMEOUT,
    environment: {
      ...settingsReadBy(DispatchSettings, settings),
      CLUSTERS: clusterNames(settings).join(','),
      TABLE_NAME: table.tableName,
      RUNBOOK_FUNCTION: aliasArn,
    },
  });
  followQueue(dispatch, queue);
  allowTable(dispatch, table, tableAccess.dispatch);
  allowStart(dispatch, aliasArn);
  allowCallbacks(dispatch, runbook);
}

export function addApproval(
  stack: Stack,
  { settings, table, queue, slackSigningSecret, slackSecret, answerSecret }: StackParts,
  { runbook }: DeployedRunbook,
): RestitchFunction {
  const asksSlack = approversOf(settings).some(isUserGroup);
  const approval = new RestitchFunction(stack, 'Approval', {
    name: 'approval',
    description: 'Restitch: receives decisions, and commands from Slack',
    timeout: Duration.seconds(5),
    reservedConcurrency: settings.concurrency.approval,
    environment: {
      TABLE_NAME: table.tableName,
      SLACK_SIGNING_SECRET_ID: slackSigningSecret.secretArn,
      APPROVERS: settings.approvers.join(','),
      QUEUE_URL: queue.queueUrl,
      SLACK_WORKSPACES: settings.slackCommands.workspaces.join(','),
      SLACK_APPS: settings.slackCommands.apps.join(','),
      SLACK_COMMAND_CHANNELS: settings.slackCommands.channels.join(','),
      SLACK_CHANNEL: settings.slackChannel,
      ...(asksSlack ? { SLACK_SECRET_ID: slackSecret.secretArn } : {}),
      ...(answerSecret === undefined ? {} : { APPROVAL_ANSWER_SECRET_ID: answerSecret.secretArn }),
      ...settingsReadBy(ApprovalSettings, settings),
    },
  });
  allowSecret(approval, slackSigningSecret);
  // Only where somebody is an approver as a member of a user group: Slack is asked who is in it.
  if (asksSlack) allowSecret(approval, slackSecret);
  if (answerSecret !== undefined) allowSecret(approval, answerSecret);
  allowSend(approval, queue);
  allowTable(approval, table, tableAccess.approval);
  allowCallbacks(approval, runbook);
  Validations.of(approval).acknowledge({
    id: 'Annotation::@aws-cdk/aws-lambda:addPermissionsToVersionOrAlias',
    reason:
      'The URL for Slack belongs to the function itself, and that of the alias to the alias: each has its own permission.',
  });
  return approval;
}

/** Everybody who is on any list. */
function approversOf({ approvers, environment }: StackSettings): readonly string[] {
  const rules = SettingsEnvironment.shape.APPROVAL_RULES.parse(environment['APPROVAL_RULES']);
  return [...approvers, ...rules.flatMap((rule) => rule.approvers ?? [])];
}

export function addSweep(
  stack: Stack,
  { settings, table, documents }: StackParts,
  { runbook, aliasArn }: DeployedRunbook,
): RestitchFunction {
  const clusters = describeClusters(settings, 'sweep');
  const sweep = new RestitchFunction(stack, 'Sweep', {
    name: 'sweep',
    description: 'Restitch: cleans up what was left behind',
    timeout: Duration.minutes(5),
    reservedConcurrency: 1,
    environment: {
      ...settingsReadBy(SweepSettings, settings),
      ...settingsReadBy(IntakeSettings, settings),
      TABLE_NAME: table.tableName,
      STACK_ID: stack.stackId,
      STACK_NAME: stack.stackName,
      RUNBOOK_FUNCTION: aliasArn,
      DOCUMENT_PREFIX: settings.documentPrefix,
      DOCUMENT_HASHES: documents.hashes,
      ...clusters.environment,
    },
    files: clusters.files,
    roleName: settings.roleNames?.sweep,
  });
  runEveryMinute(stack, sweep);
  allowTable(sweep, table, tableAccess.sweep);
  allowStart(sweep, aliasArn);
  allowCallbacks(sweep, runbook);
  allowDescribe(sweep, runbook);
  if (keepsFiles(settings)) {
    sweep.node.addDependency(documents);
    allowCommands(sweep, documents.patterns([fileDocument]), clustersHere(settings));
  }
  allowPruning(sweep, runbook, documents.patterns());
  allowAccounts(sweep, settings, 'sweep');
  allowKubeconfigs(stack, sweep, settings);
  allowAlertmanagerTokens(stack, sweep, settings);
  return sweep;
}

/** The secrets with the kubeconfigs. The ids of those that a stack had before it served several clusters stay as they were. */
function allowKubeconfigs(stack: Stack, reader: RestitchFunction, { served }: StackSettings): void {
  for (const [index, { kubeconfigSecret }] of served.entries())
    if (kubeconfigSecret !== null)
      allowSecret(
        reader,
        Secret.fromSecretNameV2(stack, `${reader.node.id}Kubeconfig${index === 0 ? '' : index + 1}`, kubeconfigSecret),
      );
}

/** Each once, however many clusters share it. */
function allowAlertmanagerTokens(stack: Stack, sweep: RestitchFunction, { served }: StackSettings): void {
  const tokens = new Set(served.flatMap(({ alertmanager }) => alertmanager?.tokenSecret ?? []));
  for (const [index, token] of [...tokens].entries())
    allowSecret(sweep, Secret.fromSecretNameV2(stack, `AlertmanagerToken${index === 0 ? '' : index + 1}`, token));
}
