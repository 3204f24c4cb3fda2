import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createIncidentStore } from '../adapters/aws/dynamodb-incident-store.ts';
import { createSafetyRecords } from '../adapters/aws/dynamodb-safety-records.ts';
import { createTable, type Table } from '../adapters/aws/dynamodb-table.ts';
import { createSqsWorkQueue } from '../adapters/aws/sqs-work-queue.ts';
import type { Incident } from '../core/incident/incident.ts';
import type { SafetyRecords } from '../core/safety/safety-records.ts';
import { wakeWaiting } from '../functions/wake-waiting.ts';
import { dynamoDbClient, pluggedEndpoint, sqsClient } from '../local/aws-clients.ts';
import { loadLocalConfig } from '../local/config.ts';
import { type OpenTable, openStateTable } from '../local/table/open-state-table.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './usage-error.ts';

/** Help for the options of commands that read or write the table. */
export const TABLE_HELP = `  --state-dir DIR   the table of \`npm start\`, which may be running (its default folder is .restitch)
                    without it: the deployed table TABLE_NAME (the stack's output TableName), through the AWS_* variables
                    QUEUE_URL (the stack's output QueueUrl): what waited for a resume or reset goes on at once
  --json            one JSON object`;

const options = {
  'state-dir': { type: 'string' },
  cluster: { type: 'string' },
  reason: { type: 'string' },
  by: { type: 'string' },
  for: { type: 'string' },
  until: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type OptionName = keyof typeof options;

/** Throws `UsageError` for an option that the command does not have. */
export function parseTableOptions(command: string, args: readonly string[], own: readonly OptionName[]) {
  const parsed = parse(args);
  const known: readonly string[] = [...own, 'state-dir', 'json', 'help'];
  const wrong = parsed.tokens.find((token) => token.kind === 'option' && !known.includes(token.name));
  if (wrong?.kind === 'option') throw new UsageError(`${command} has no option --${wrong.name}`);
  return parsed;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Wakes the open incidents for which `waits` is true. Undefined: sweep will, because the queue is not known or does not answer. */
export type Wake = (waits: (incident: Incident) => boolean) => Promise<number | undefined>;

/** Does `body` with the records of the table that the options name. */
export async function withSafetyRecords<T>(
  stateDir: string | undefined,
  { environment }: Pick<CliIo, 'environment'>,
  body: (records: SafetyRecords, wake: Wake) => Promise<T>,
): Promise<T> {
  const { client, tableName, close } = await openTable(stateDir, environment);
  const table = createTable(DynamoDBDocumentClient.from(client), tableName);
  try {
    return await body(createSafetyRecords(table), wakerOf(table, environment));
  } finally {
    await close();
  }
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
    throw new UsageError('set TABLE_NAME to the table of the stack, or give --state-dir with the folder of npm start');
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

/** Who gives the order: `--by`, or the name of the login. */
export function orderedBy(by: string | undefined, { environment }: Pick<CliIo, 'environment'>): string {
  return by ?? environment['USER'] ?? 'restitch';
}
