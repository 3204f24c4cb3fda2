import { Annotations, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { tableDefinition } from '../adapters/aws/table-definition.ts';
import { ANSWERS_PATH } from '../functions/approval/webhook-answer.ts';
import { acceptUnrotated } from './accept-finding.ts';
import { addAlarm, perMinute } from './add-alarm.ts';
import { addClusterAlarms } from './add-cluster-alarms.ts';
import { addClusterOutputs } from './add-cluster-outputs.ts';
import { addConsole } from './add-console.ts';
import { addDashboard } from './add-dashboard.ts';
import { addDecisions } from './add-decisions.ts';
import { addFailedRuns } from './add-failed-runs.ts';
import { addAnswerSecret, addForward } from './add-forward.ts';
import { addNotify } from './add-notify.ts';
import { addOnboarding } from './add-onboarding.ts';
import { addServiceAlarms } from './add-service-alarms.ts';
import { allowClusters } from './allow-clusters.ts';
import { encryptWith } from './encrypt-with.ts';
import { HeartbeatAlarms } from './heartbeat-alarms.ts';
import { keepLogs } from './keep-logs.ts';
import { NodeDocuments } from './node-documents.ts';
import { placeInVpc } from './place-in-vpc.ts';
import { sendAlarms } from './send-alarms.ts';
import {
  addApproval,
  addDispatch,
  addIntake,
  addRunbook,
  addSweep,
  DISPATCH_TIMEOUT,
  type StackParts,
} from './stack-functions.ts';
import { clusterNames, clustersHere, type StackSettings } from './stack-settings.ts';

export interface RestitchStackProps extends StackProps {
  readonly settings: StackSettings;
}

/** The deployed form of what `npm start` runs on one machine. */
export class RestitchStack extends Stack {
  constructor(scope: Construct, id: string, props: RestitchStackProps) {
    super(scope, id, props);
    const { settings } = props;
    for (const { names, eks, kubeconfigSecret } of settings.served)
      if (eks === null && kubeconfigSecret === null)
        Annotations.of(this).addError(
          `${names[0]}: nothing says how the Kubernetes API is reached: set eks or kubeconfigSecret`,
        );
    const clusters = clusterNames(settings);
    const table = this.#table(settings.deletionProtection);
    const { queue, deadLetters } = this.#queues();
    const secrets = this.#secrets();
    const documents = new NodeDocuments(this, 'Documents', { prefix: settings.documentPrefix });
    addOnboarding(this, { documentPrefix: settings.documentPrefix, clusters: clustersHere(settings) });
    const failedRuns = addFailedRuns(this);
    const { approvalWebhook } = settings;
    const answerSecret = approvalWebhook === null ? undefined : addAnswerSecret(this);
    const parts = { settings, table, queue, documents, failedRuns, answerSecret, ...secrets };
    const deployed = addRunbook(this, parts);
    const intake = addIntake(this, parts);
    addDispatch(this, parts, deployed);
    const approval = addApproval(this, parts, deployed);
    const sweep = addSweep(this, parts, deployed);
    const undelivered = [
      addNotify(this, parts),
      ...(approvalWebhook === null ? [] : [addForward(this, parts, approvalWebhook.url)]),
    ];
    if (settings.console) addConsole(this, parts);
    addAlarm(
      this,
      'DeadLetterAlarm',
      'An alert could not be dispatched: look at the dead-letter queue.',
      deadLetters.metricApproximateNumberOfMessagesVisible(perMinute),
      1,
    );
    new HeartbeatAlarms(this, 'Heartbeat', { clusters });
    addServiceAlarms(this, queue);
    for (const cluster of clusters) addClusterAlarms(this, cluster, settings.approvalSeconds);
    addDashboard(this, { clusters, work: queue, leftovers: [deadLetters, failedRuns, ...undelivered] });
    if (settings.alarmTopic !== null) sendAlarms(this, settings.alarmTopic);
    keepLogs(this, settings.logDays);
    if (settings.encryptionKey !== null) encryptWith(this, settings.encryptionKey);
    for (const caller of [deployed.runbook, sweep]) {
      if (settings.vpc !== null) placeInVpc(caller, settings.vpc);
      allowClusters(caller, clustersHere(settings));
    }
    // Both functions authenticate by themselves: a bearer token, the signature of Slack or of the approval webhook.
    const authType = FunctionUrlAuthType.NONE;
    addDecisions(this, approval);
    // `restitch --stack` reads them: adapters/aws/stack-outputs.ts.
    new CfnOutput(this, 'WebhookUrl', { value: intake.addFunctionUrl({ authType }).url });
    new CfnOutput(this, 'QueueUrl', { value: parts.queue.queueUrl });
    const { url: slackUrl } = approval.addFunctionUrl({ authType });
    new CfnOutput(this, 'SlackInteractivityUrl', { value: slackUrl });
    if (approvalWebhook !== null)
      new CfnOutput(this, 'ApprovalAnswerUrl', { value: `${slackUrl}${ANSWERS_PATH.slice(1)}` });
    new CfnOutput(this, 'DocumentPrefix', { value: settings.documentPrefix });
    addClusterOutputs(this, settings);
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'WebhookSecretArn', { value: secrets.webhookSecret.secretArn });
    new CfnOutput(this, 'Clusters', { value: clusters.join(',') });
    new CfnOutput(this, 'SlackSecretArn', { value: secrets.slackSecret.secretArn });
    new CfnOutput(this, 'SlackSigningSecretArn', { value: secrets.slackSigningSecret.secretArn });
  }

  #table(deletionProtection: boolean): Table {
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
      deletionProtection,
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

  #secrets(): Pick<StackParts, 'webhookSecret' | 'slackSecret' | 'slackSigningSecret'> {
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
      description: 'Restitch: {"botToken"} of the Slack app; fill in after the first deployment',
      // With any change here CloudFormation would write a new value over the token that a person filled in.
      generateSecretString: {
        secretStringTemplate: '{"botToken":"fill-in"}',
        generateStringKey: 'signingSecret',
        excludePunctuation: true,
      },
    });
    // Apart from the token: the function that receives Slack's requests from outside need not be able to write to Slack.
    const slackSigningSecret = new Secret(this, 'SlackSigningSecret', {
      description: 'Restitch: {"signingSecret"} of the Slack app; fill in after the first deployment',
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'signingSecret',
        excludePunctuation: true,
      },
    });
    acceptUnrotated(webhookSecret, 'Two tokens are valid at once, so that the team rotates them with Alertmanager.');
    for (const secret of [slackSecret, slackSigningSecret])
      acceptUnrotated(secret, 'Slack makes it, and the team rotates it there.');
    return { webhookSecret, slackSecret, slackSigningSecret };
  }
}
