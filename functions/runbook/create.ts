import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DurableContext, type DurableLambdaHandler, withDurableExecution } from '@aws/durable-execution-sdk-js';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../../adapters/aws/dynamodb-approval-store.ts';
import { createCapacityLedger } from '../../adapters/aws/dynamodb-capacity-ledger.ts';
import { createHostLocks } from '../../adapters/aws/dynamodb-host-locks.ts';
import { createIncidentStore } from '../../adapters/aws/dynamodb-incident-store.ts';
import { createOperatorHolds } from '../../adapters/aws/dynamodb-operator-holds.ts';
import { createSafetyRecords } from '../../adapters/aws/dynamodb-safety-records.ts';
import { createTable } from '../../adapters/aws/dynamodb-table.ts';
import { loadCloudRoutes } from '../../adapters/aws/load-cloud-routes.ts';
import { loadCommandRunner } from '../../adapters/aws/load-command-runner.ts';
import { inLogContext } from '../../adapters/aws/log-context.ts';
import { createSqsWorkQueue } from '../../adapters/aws/sqs-work-queue.ts';
import { readWindows } from '../../adapters/cron/read-windows.ts';
import type { Log } from '../../core/log.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import type { ClusterEnvironment } from '../cluster-environment.ts';
import { deployedDocuments } from '../document-environment.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import { loadConfig, settingsFrom } from './config.ts';
import { type RunInput, runIncident } from './run-incident.ts';
import type { RunPorts } from './run-ports.ts';

export interface RunbookClients {
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  /** Options only: the SDK of Systems Manager is loaded with the first command. */
  readonly ssm: SSMClientConfig;
  /** Options only: the SDK of EC2 is loaded when a route table is read for the first time. */
  readonly ec2: EC2ClientConfig;
  readonly cluster: (environment: ClusterEnvironment) => Cluster;
  readonly log: Log;
}

/** The runbook function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createRunbook(environment: EnvironmentVariables, clients: RunbookClients): DurableLambdaHandler {
  const { dynamoDb, sqs, ssm, ec2, cluster, log } = clients;
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const ports: RunPorts = {
    store: createIncidentStore(table),
    queue: createSqsWorkQueue(sqs, config.QUEUE_URL),
    approvals: createApprovalStore(table),
    locks: createHostLocks(table),
    capacity: createCapacityLedger(table),
    holds: createOperatorHolds(table),
    safety: createSafetyRecords(table),
    readWindows,
    commands: loadCommandRunner(ssm, {
      documents: deployedDocuments(config.DOCUMENT_PREFIX, config),
      instanceTag: config.INSTANCE_TAG,
    }),
    cluster: cluster(config),
    cloudRoutes: loadCloudRoutes(config.ROUTE_TABLES, ec2),
    // biome-ignore lint/style/noRestrictedGlobals: this is the clock port itself; the workflow calls it inside steps only
    clock: Date.now,
    sleep: (milliseconds) => sleep(milliseconds),
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    log,
  };
  const settings = settingsFrom(config);
  return withDurableExecution(({ incidentId, run }: RunInput, context: DurableContext) =>
    inLogContext({ incidentId, run }, () => runIncident({ incidentId, run }, context, ports, settings)),
  );
}
