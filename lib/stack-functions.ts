import { Duration, type Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { allowCommands } from './allow-commands.ts';
import { allowExecutions } from './allow-executions.ts';
import { allowRouteTables } from './allow-route-tables.ts';
import { allowTable } from './allow-table.ts';
import { RestitchFunction } from './restitch-function.ts';
import { clusterNames, type StackSettings } from './stack-settings.ts';

/** The resources that the functions use. */
export interface StackParts {
  readonly settings: StackSettings;
  readonly table: Table;
  readonly queue: Queue;
  readonly webhookSecret: Secret;
  readonly slackSecret: Secret;
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

export function addRunbook(stack: Stack, parts: StackParts, documentArns: readonly string[]): DeployedRunbook {
  const { settings, table, queue } = parts;
  const runbook = new RestitchFunction(stack, 'Runbook', {
    name: 'runbook',
    description: 'Restitch: works one incident as a durable execution',
    timeout: Duration.minutes(15),
    memoryMiB: 512,
    durableConfig: { executionTimeout: LONGEST_EXECUTION, retentionPeriod: Duration.days(30) },
    environment: {
      TABLE_NAME: table.tableName,
      QUEUE_URL: queue.queueUrl,
      STACK_ID: stack.stackId,
      DOCUMENT_PREFIX: settings.documentPrefix,
      INSTANCE_TAG: settings.instanceTag,
      ROUTE_TABLES: settings.routeTables.join(','),
      CLUSTERS: clusterNames(settings).join(','),
      ...clusterEnvironment(settings),
      ...settings.environment,
    },
  });
  const live = runbook.addAlias('live');
  allowCommands(runbook, documentArns, settings);
  allowRouteTables(runbook, settings.routeTables);
  allowTable(runbook, table);
  queue.grantSendMessages(runbook);
  allowKubeconfig(stack, runbook, settings);
  return { runbook, aliasArn: live.functionArn };
}

export function addIntake(stack: Stack, { settings, queue, webhookSecret }: StackParts): RestitchFunction {
  const intake = new RestitchFunction(stack, 'Intake', {
    name: 'intake',
    description: 'Restitch: receives Alertmanager webhooks',
    // A webhook of 6 MB holds about 4,000 alerts: a few seconds of parsing and sending.
    timeout: Duration.seconds(30),
    memoryMiB: 512,
    environment: {
      CLUSTERS: clusterNames(settings).join(','),
      QUEUE_URL: queue.queueUrl,
      WEBHOOK_SECRET_ID: webhookSecret.secretArn,
      ...(settings.defaultCluster === null ? {} : { DEFAULT_CLUSTER: settings.defaultCluster }),
      ...settings.environment,
    },
  });
  queue.grantSendMessages(intake);
  webhookSecret.grantRead(intake);
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
      CLUSTERS: clusterNames(settings).join(','),
      TABLE_NAME: table.tableName,
      RUNBOOK_FUNCTION: aliasArn,
    },
  });
  dispatch.addEventSource(new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true }));
  allowTable(dispatch, table);
  allowExecutions(dispatch, runbook.functionArn);
}

export function addApproval(
  stack: Stack,
  { settings, table, queue, slackSecret }: StackParts,
  { runbook, aliasArn }: DeployedRunbook,
): RestitchFunction {
  const approval = new RestitchFunction(stack, 'Approval', {
    name: 'approval',
    description: 'Restitch: receives decisions and commands from Slack',
    timeout: Duration.seconds(5),
    memoryMiB: 512,
    environment: {
      TABLE_NAME: table.tableName,
      RUNBOOK_FUNCTION: aliasArn,
      SLACK_SECRET_ID: slackSecret.secretArn,
      APPROVERS: settings.approvers.join(','),
      QUEUE_URL: queue.queueUrl,
      SLACK_WORKSPACES: settings.slackCommands.workspaces.join(','),
      SLACK_APPS: settings.slackCommands.apps.join(','),
      SLACK_COMMAND_CHANNELS: settings.slackCommands.channels.join(','),
    },
  });
  slackSecret.grantRead(approval);
  queue.grantSendMessages(approval);
  allowTable(approval, table);
  allowExecutions(approval, runbook.functionArn);
  return approval;
}

export function addSweep(
  stack: Stack,
  { settings, table }: StackParts,
  { runbook, aliasArn }: DeployedRunbook,
): RestitchFunction {
  const sweep = new RestitchFunction(stack, 'Sweep', {
    name: 'sweep',
    description: 'Restitch: cleans up what was left behind',
    timeout: Duration.minutes(5),
    memoryMiB: 512,
    environment: {
      TABLE_NAME: table.tableName,
      STACK_ID: stack.stackId,
      RUNBOOK_FUNCTION: aliasArn,
      CLUSTERS: clusterNames(settings).join(','),
      ...(settings.defaultCluster === null ? {} : { DEFAULT_CLUSTER: settings.defaultCluster }),
      ...clusterEnvironment(settings),
      ...alertmanagerEnvironment(settings),
      ...settings.environment,
    },
  });
  new Rule(stack, 'SweepEveryMinute', {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(sweep)],
  });
  allowTable(sweep, table);
  allowExecutions(sweep, runbook.functionArn);
  allowKubeconfig(stack, sweep, settings);
  const tokenSecret = settings.alertmanager?.tokenSecret ?? null;
  if (tokenSecret !== null) Secret.fromSecretNameV2(stack, 'AlertmanagerToken', tokenSecret).grantRead(sweep);
  return sweep;
}

function alertmanagerEnvironment({ alertmanager }: StackSettings): Readonly<Record<string, string>> {
  if (alertmanager === null) return {};
  const { url, receiver, tokenSecret } = alertmanager;
  return {
    ALERTMANAGER_URL: url,
    ALERTMANAGER_RECEIVER: receiver,
    ...(tokenSecret === null ? {} : { ALERTMANAGER_SECRET_ID: tokenSecret }),
  };
}

function allowKubeconfig(stack: Stack, reader: RestitchFunction, { kubeconfigSecret }: StackSettings): void {
  if (kubeconfigSecret === null) return;
  Secret.fromSecretNameV2(stack, `${reader.node.id}Kubeconfig`, kubeconfigSecret).grantRead(reader);
}

function clusterEnvironment({ eks, kubeconfigSecret }: StackSettings): Readonly<Record<string, string>> {
  return {
    ...(eks === null ? {} : { EKS_CLUSTER_NAME: eks.name, EKS_CLUSTER_ENDPOINT: eks.endpoint, EKS_CLUSTER_CA: eks.ca }),
    ...(kubeconfigSecret === null ? {} : { KUBECONFIG_SECRET_ID: kubeconfigSecret }),
  };
}
