import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnFunction, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { tableDefinition } from '../adapters/aws/table-definition.ts';
import { acknowledgeFindings } from './acknowledge-findings.ts';
import { allowCommands } from './allow-commands.ts';
import { allowExecutions } from './allow-executions.ts';
import { allowRouteTables } from './allow-route-tables.ts';
import { allowTable } from './allow-table.ts';
import { NodeDocuments } from './node-documents.ts';
import { RestitchFunction } from './restitch-function.ts';
import type { StackSettings } from './stack-settings.ts';

export interface RestitchStackProps extends StackProps {
  readonly settings: StackSettings;
}

/** A durable execution may wait for a person or for a timer; an incident that takes longer gets another run. */
const LONGEST_EXECUTION = Duration.days(7);
const DISPATCH_TIMEOUT = Duration.seconds(30);

/** The deployed form of what `npm start` runs on one machine. */
export class RestitchStack extends Stack {
  constructor(scope: Construct, id: string, props: RestitchStackProps) {
    super(scope, id, props);
    const { settings } = props;
    if (settings.eks === null && settings.kubeconfigSecret === null) {
      Annotations.of(this).addError('context restitch: name the cluster: set eks or kubeconfigSecret');
    }
    const table = this.#table();
    const { queue, deadLetters } = this.#queues();
    const webhookSecret = new Secret(this, 'WebhookSecret', {
      description: 'Restitch: {"current": token, "previous": token} that Alertmanager sends as bearer',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'current',
        excludePunctuation: true,
        passwordLength: 48,
      },
    });
    const slackSecret = new Secret(this, 'SlackSecret', {
      description: 'Restitch: {"signingSecret", "botToken"} of the Slack app; fill in after the first deployment',
      generateSecretString: {
        secretStringTemplate: '{"botToken":"fill-in"}',
        generateStringKey: 'signingSecret',
        excludePunctuation: true,
      },
    });
    const documents = new NodeDocuments(this, 'Documents', { prefix: settings.documentPrefix });

    const runbook = new RestitchFunction(this, 'Runbook', {
      name: 'runbook',
      description: 'Restitch: works one incident as a durable execution',
      timeout: Duration.minutes(15),
      memoryMiB: 512,
      durableConfig: { executionTimeout: LONGEST_EXECUTION, retentionPeriod: Duration.days(30) },
      environment: {
        TABLE_NAME: table.tableName,
        SLACK_SECRET_ID: slackSecret.secretArn,
        SLACK_CHANNEL: settings.slackChannel,
        DOCUMENT_PREFIX: settings.documentPrefix,
        INSTANCE_TAG: settings.instanceTag,
        ROUTE_TABLES: settings.routeTables.join(','),
        ...clusterEnvironment(settings),
        ...settings.environment,
      },
    });
    // A running incident ends on the version that started it.
    const live = runbook.addAlias('live');
    allowCommands(runbook, documents.arns, settings);
    allowRouteTables(runbook, settings.routeTables);
    slackSecret.grantRead(runbook);
    allowTable(runbook, table);

    const intake = new RestitchFunction(this, 'Intake', {
      name: 'intake',
      description: 'Restitch: takes Alertmanager webhooks in',
      timeout: Duration.seconds(10),
      environment: {
        QUEUE_URL: queue.queueUrl,
        WEBHOOK_SECRET_ID: webhookSecret.secretArn,
        ...(settings.defaultCluster === null ? {} : { DEFAULT_CLUSTER: settings.defaultCluster }),
        ...settings.environment,
      },
    });
    queue.grantSendMessages(intake);
    webhookSecret.grantRead(intake);

    const dispatch = new RestitchFunction(this, 'Dispatch', {
      name: 'dispatch',
      description: 'Restitch: opens incidents and starts or signals their execution',
      timeout: DISPATCH_TIMEOUT,
      environment: { TABLE_NAME: table.tableName, RUNBOOK_FUNCTION: live.functionArn },
    });
    dispatch.addEventSource(new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true }));
    const approval = new RestitchFunction(this, 'Approval', {
      name: 'approval',
      description: 'Restitch: takes decisions from Slack',
      timeout: Duration.seconds(5),
      memoryMiB: 512,
      environment: {
        TABLE_NAME: table.tableName,
        RUNBOOK_FUNCTION: live.functionArn,
        SLACK_SECRET_ID: slackSecret.secretArn,
        APPROVERS: settings.approvers.join(','),
      },
    });
    slackSecret.grantRead(approval);
    const sweep = new RestitchFunction(this, 'Sweep', {
      name: 'sweep',
      description: 'Restitch: settles what was left behind',
      timeout: Duration.minutes(5),
      memoryMiB: 512,
      environment: {
        TABLE_NAME: table.tableName,
        RUNBOOK_FUNCTION: live.functionArn,
        ...clusterEnvironment(settings),
        ...settings.environment,
      },
    });
    new Rule(this, 'SweepEveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweep)],
    });
    for (const caller of [dispatch, approval, sweep]) {
      allowTable(caller, table);
      allowExecutions(caller, runbook.functionArn);
    }
    for (const reader of [runbook, sweep]) {
      if (settings.kubeconfigSecret !== null)
        Secret.fromSecretNameV2(this, `${reader.node.id}Kubeconfig`, settings.kubeconfigSecret).grantRead(reader);
    }
    new Alarm(this, 'DeadLetterAlarm', {
      alarmDescription: 'An alert could not be dispatched: look at the dead-letter queue.',
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const cfnRunbook = runbook.node.defaultChild;
    if (cfnRunbook instanceof CfnFunction) acknowledgeFindings(this, cfnRunbook);
    // Both functions authenticate by themselves: a bearer token, Slack's signature.
    const authType = FunctionUrlAuthType.NONE;
    new CfnOutput(this, 'WebhookUrl', { value: intake.addFunctionUrl({ authType }).url });
    new CfnOutput(this, 'SlackInteractivityUrl', { value: approval.addFunctionUrl({ authType }).url });
    new CfnOutput(this, 'WebhookSecretArn', { value: webhookSecret.secretArn });
    new CfnOutput(this, 'SlackSecretArn', { value: slackSecret.secretArn });
  }

  #table(): Table {
    const { partitionKey, sortKey, listing } = tableDefinition;
    const table = new Table(this, 'Table', {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    table.addGlobalSecondaryIndex({
      indexName: listing.indexName,
      partitionKey: { name: listing.partitionKey, type: AttributeType.STRING },
      sortKey: { name: listing.sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
    return table;
  }

  #queues(): { readonly queue: Queue; readonly deadLetters: Queue } {
    const common = {
      fifo: true,
      contentBasedDeduplication: false,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    };
    const deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: Duration.days(14) });
    const queue = new Queue(this, 'Work', {
      ...common,
      visibilityTimeout: Duration.seconds(DISPATCH_TIMEOUT.toSeconds() * 6),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    });
    return { queue, deadLetters };
  }
}

function clusterEnvironment({ eks, kubeconfigSecret }: StackSettings): Readonly<Record<string, string>> {
  return {
    ...(eks === null ? {} : { EKS_CLUSTER_NAME: eks.name, EKS_CLUSTER_ENDPOINT: eks.endpoint, EKS_CLUSTER_CA: eks.ca }),
    ...(kubeconfigSecret === null ? {} : { KUBECONFIG_SECRET_ID: kubeconfigSecret }),
  };
}
