import { access } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createApprovalStore } from '../adapters/aws/dynamodb-approval-store.ts';
import { createCapacityLedger } from '../adapters/aws/dynamodb-capacity-ledger.ts';
import { createIncidentStore } from '../adapters/aws/dynamodb-incident-store.ts';
import { createSafetyRecords } from '../adapters/aws/dynamodb-safety-records.ts';
import { createTable, type Table } from '../adapters/aws/dynamodb-table.ts';
import { createSqsWorkQueue } from '../adapters/aws/sqs-work-queue.ts';
import type { Incident } from '../core/incident/incident.ts';
import type { IncidentStore } from '../core/incident/incident-store.ts';
import type { ApprovalStore } from '../core/safety/approval.ts';
import type { CapacityLedger } from '../core/safety/disruption-budget.ts';
import type { SafetyRecords } from '../core/safety/safety-records.ts';
import { wakeWaiting } from '../functions/wake-waiting.ts';
import { dynamoDbClient, pluggedEndpoint, sqsClient } from '../local/aws-clients.ts';
import { loadLocalConfig } from '../local/config.ts';
import { type OpenTable, openStateTable } from '../local/table/open-state-table.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './usage-error.ts';

/** Which table: at most one of them. */
export interface TablePlace {
  /** The folder of `npm start`. Undefined: the deployed table. */
  readonly stateDir?: string | undefined;
  /** The deployed table. Undefined: TABLE_NAME. */
  readonly table?: string | undefined;
  /** The CloudFormation stack whose table it is. */
  readonly stack?: string | undefined;
}

/** Which table, and how the answer is printed. */
export interface TableOptions extends TablePlace {
  readonly json: boolean;
}

/** Wakes the open incidents for which `waits` is true. Undefined: sweep will, because the queue is not known or does not answer. */
export type Wake = (waits: (incident: Incident) => boolean) => Promise<number | undefined>;

/** Does `body` with the records of the table that the options name. */
export function withSafetyRecords<T>(
  place: TablePlace,
  io: Pick<CliIo, 'environment'>,
  body: (records: SafetyRecords, wake: Wake) => Promise<T>,
): Promise<T> {
  return withTable(place, io, (table, environment) => body(createSafetyRecords(table), wakerOf(table, environment)));
}

/** Does `body` with the incidents of the table that the options name. */
export function withIncidents<T>(
  place: TablePlace,
  io: Pick<CliIo, 'environment'>,
  body: (store: IncidentStore) => Promise<T>,
): Promise<T> {
  return withTable(place, io, (table) => body(createIncidentStore(table)));
}

/** Does `body` with the questions of the table that the options name. */
export function withApprovals<T>(
  place: TablePlace,
  io: Pick<CliIo, 'environment'>,
  body: (questions: ApprovalStore, incidents: IncidentStore) => Promise<T>,
): Promise<T> {
  return withTable(place, io, (table) => body(createApprovalStore(table), createIncidentStore(table)));
}

/** Does `body` with the reserved capacity of the table that the options name. */
export function withCapacity<T>(
  place: TablePlace,
  io: Pick<CliIo, 'environment'>,
  body: (ledger: CapacityLedger) => Promise<T>,
): Promise<T> {
  return withTable(place, io, (table) => body(createCapacityLedger(table)));
}

async function withTable<T>(
  place: TablePlace,
  io: Pick<CliIo, 'environment'>,
  body: (table: Table, environment: CliIo['environment']) => Promise<T>,
): Promise<T> {
  const environment = await environmentOf(place, io);
  const { client, tableName, close } = await openTable(place.stateDir, environment);
  try {
    return await body(createTable(DynamoDBDocumentClient.from(client), tableName), environment);
  } finally {
    await close();
  }
}

/** The environment in which the options count as variables: TABLE_NAME, and for a stack those of `stackEnvironment`. */
export async function environmentOf(
  { stateDir, table, stack }: TablePlace,
  { environment }: Pick<CliIo, 'environment'>,
): Promise<CliIo['environment']> {
  if ([stateDir, table, stack].filter((value) => value !== undefined).length > 1)
    throw new UsageError('give one of --state-dir, --table and --stack');
  if (stack !== undefined) return (await import('./stack-environment.ts')).stackEnvironment(stack, environment);
  return table === undefined ? environment : { ...environment, TABLE_NAME: table };
}

function wakerOf(table: Table, environment: CliIo['environment']): Wake {
  const queueUrl = environment['QUEUE_URL'];
  if (queueUrl === undefined) return async () => undefined;
  const config = loadLocalConfig(environment);
  const { AWS_REGION: region, AWS_ENDPOINT_URL_SQS: url } = config;
  return async (waits) => {
    const sqs = sqsClient(url === undefined ? undefined : pluggedEndpoint(url, config), region);
    try {
      const ports = { store: createIncidentStore(table), queue: createSqsWorkQueue(sqs, queueUrl), clock: Date.now };
      return await wakeWaiting(ports, waits);
    } catch {
      // The order itself is stored, and sweep looks once a minute for what waits no more.
      return undefined;
    } finally {
      sqs.destroy();
    }
  };
}

async function openTable(stateDir: string | undefined, environment: CliIo['environment']): Promise<OpenTable> {
  const config = loadLocalConfig(environment);
  const { AWS_REGION: region, TABLE_NAME: tableName, AWS_ENDPOINT_URL_DYNAMODB: url } = config;
  if (stateDir !== undefined) {
    await mustExist(stateDir);
    return openStateTable(resolve(stateDir), { region, tableName });
  }
  if (environment['TABLE_NAME'] === undefined)
    throw new UsageError(
      'set TABLE_NAME to the table of the stack, or give --state-dir with the folder of npm start, or --stack',
    );
  const client = dynamoDbClient(url === undefined ? undefined : pluggedEndpoint(url, config), region);
  return { client, tableName, close: async () => client.destroy() };
}

async function mustExist(stateDir: string): Promise<void> {
  try {
    await access(stateDir);
  } catch {
    throw new UsageError(`there is no folder ${stateDir}: npm start makes it`);
  }
}

/** The options by which another command finds the same table, with a space before them. */
export function placeOf({ stateDir, table, stack }: TablePlace): string {
  if (stateDir !== undefined) return ` --state-dir ${stateDir}`;
  if (stack !== undefined) return ` --stack ${stack}`;
  return table === undefined ? '' : ` --table ${table}`;
}

/** Who gives the order: `--by`, or the name of the login. */
export function orderedBy(by: string | undefined, { environment }: Pick<CliIo, 'environment'>): string {
  return by ?? environment['USER'] ?? loginName() ?? 'restitch';
}

/** Undefined where the operating system has no name for the user, as in a container. */
function loginName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
