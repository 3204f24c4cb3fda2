import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { CfnFunction, FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { tableDefinition } from '../adapters/aws/table-definition.ts';
import { acknowledgeFindings } from './acknowledge-findings.ts';
import { addNotify } from './add-notify.ts';
import { HeartbeatAlarms } from './heartbeat-alarms.ts';
import { NodeDocuments } from './node-documents.ts';
import { addApproval, addDispatch, addIntake, addRunbook, addSweep, DISPATCH_TIMEOUT } from './stack-functions.ts';
import { clusterNames, type StackSettings } from './stack-settings.ts';

export interface RestitchStackProps extends StackProps {
  readonly settings: StackSettings;
}

/** The deployed form of what `npm start` runs on one machine. */
export class RestitchStack extends Stack {
  constructor(scope: Construct, id: string, props: RestitchStackProps) {
    super(scope, id, props);
    const { settings } = props;
    if (settings.eks === null && settings.kubeconfigSecret === null) {
      Annotations.of(this).addError('context restitch: name the cluster: set eks or kubeconfigSecret');
    }
    const clusters = clusterNames(settings);
    if (clusters.length === 0) {
      Annotations.of(this).addError('context restitch: name the cluster as its alerts do: set clusters');
    }
    const table = this.#table();
    const { queue, deadLetters } = this.#queues();
    const { webhookSecret, slackSecret } = this.#secrets();
    const parts = { settings, table, queue, webhookSecret, slackSecret };
    const documents = new NodeDocuments(this, 'Documents', { prefix: settings.documentPrefix });
    const deployed = addRunbook(this, parts, documents.arns);
    const intake = addIntake(this, parts);
    addDispatch(this, parts, deployed);
    const approval = addApproval(this, parts, deployed);
    const sweep = addSweep(this, parts, deployed);
    new HeartbeatAlarms(this, 'Heartbeat', { sweep, clusters });
    addNotify(this, parts);
    this.#alarm(deadLetters);
    const cfnRunbook = deployed.runbook.node.defaultChild;
    if (cfnRunbook instanceof CfnFunction) acknowledgeFindings(this, cfnRunbook);
    // Both functions authenticate by themselves: a bearer token, Slack's signature.
    const authType = FunctionUrlAuthType.NONE;
    // `restitch --stack` reads them: adapters/aws/stack-outputs.ts.
    new CfnOutput(this, 'WebhookUrl', { value: intake.addFunctionUrl({ authType }).url });
    new CfnOutput(this, 'QueueUrl', { value: parts.queue.queueUrl });
    new CfnOutput(this, 'SlackInteractivityUrl', { value: approval.addFunctionUrl({ authType }).url });
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'WebhookSecretArn', { value: webhookSecret.secretArn });
    // CloudFormation refuses an empty output; a stack without a cluster is an error at synth.
    if (clusters.length > 0) new CfnOutput(this, 'Clusters', { value: clusters.join(',') });
    new CfnOutput(this, 'SlackSecretArn', { value: slackSecret.secretArn });
  }

  #table(): Table {
    const { partitionKey, sortKey, expiry, listing } = tableDefinition;
    const table = new Table(this, 'Table', {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      sortKey: { name: sortKey, type: AttributeType.STRING },
      timeToLiveAttribute: expiry,
      stream: StreamViewType.KEYS_ONLY,
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
      // Without these a queue takes 300 calls a second, and a mass outage is more.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
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

  #secrets(): { readonly webhookSecret: Secret; readonly slackSecret: Secret } {
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
    return { webhookSecret, slackSecret };
  }

  #alarm(deadLetters: Queue): void {
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
  }
}
