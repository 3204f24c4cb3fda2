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
import { inLogContext } from '../../adapters/aws/log-context.ts';
import { createSqsWorkQueue } from '../../adapters/aws/sqs-work-queue.ts';
import { readWindows } from '../../adapters/cron/read-windows.ts';
import type { Log } from '../../core/log.ts';
import type { Cluster } from '../../core/safety/cluster.ts';
import { deployedDocuments } from '../document-environment.ts';
import { environmentCluster } from '../environment-cluster.ts';
import type { EnvironmentVariables } from '../parse-environment.ts';
import type { AccountAccess, AccountOptions, ServedCluster, ServedClusters } from '../served-cluster.ts';
import { clusterPorts } from './cluster-ports.ts';
import { loadConfig, settingsFrom } from './config.ts';
import { type RunInput, runIncident } from './run-incident.ts';
import { placeOf, type RunPlace } from './run-place.ts';

export interface RunbookClients {
  readonly dynamoDb: DynamoDBClient;
  readonly sqs: SQSClient;
  /** Options only: the SDK of Systems Manager is loaded with the first command. */
  readonly ssm: SSMClientConfig;
  /** Options only: the SDK of EC2 is loaded when a route table is read for the first time. */
  readonly ec2: EC2ClientConfig;
  /** Absent or undefined: the environment describes the only cluster. */
  readonly served?: ServedClusters | undefined;
  readonly cluster: (served: ServedCluster) => Cluster;
  /** Absent: every cluster is in the function's own account. */
  readonly account?: (access: AccountAccess) => AccountOptions;
  readonly log: Log;
}

/** The runbook function. Throws `RestitchError` (code `configuration`) when the environment is wrong. */
export function createRunbook(environment: EnvironmentVariables, clients: RunbookClients): DurableLambdaHandler {
  const { dynamoDb, sqs, log } = clients;
  const config = loadConfig(environment);
  const table = createTable(DynamoDBDocumentClient.from(dynamoDb), config.TABLE_NAME);
  const shared = {
    store: createIncidentStore(table, config.RECEIPT_DAYS),
    queue: createSqsWorkQueue(sqs, config.QUEUE_URL),
    approvals: createApprovalStore(table),
    locks: createHostLocks(table),
    holds: createOperatorHolds(table),
    safety: createSafetyRecords(table),
    readWindows,
    // biome-ignore lint/style/noRestrictedGlobals: this is the clock port itself; the workflow calls it inside steps only
    clock: Date.now,
    sleep: (milliseconds: number) => sleep(milliseconds),
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
    log,
  };
  const settings = settingsFrom(config);
  const capacity = createCapacityLedger(table);
  const documents = deployedDocuments(config.DOCUMENT_PREFIX, config);
  const served = clients.served ?? environmentCluster(config);
  const places = served.map((each, index): RunPlace => {
    const ports = { ...shared, ...clusterPorts(each, index === 0, { ...clients, documents, capacity }) };
    const clusters = settings.clusters.filter((name) => each.names.includes(name));
    return { ports, settings: { ...settings, clusters } };
  });
  return withDurableExecution(({ incidentId, run }: RunInput, context: DurableContext) =>
    inLogContext({ incidentId, run }, async () => {
      const { ports, settings } = await placeOf(places, incidentId, context);
      return runIncident({ incidentId, run }, context, ports, settings);
    }),
  );
}
