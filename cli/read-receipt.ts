import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { createIncidentStore } from '../adapters/aws/dynamodb-incident-store.ts';
import { createTable } from '../adapters/aws/dynamodb-table.ts';
import { ReceiptEntry } from '../core/incident/receipt.ts';
import { dynamoDbClient, pluggedEndpoint } from '../local/aws-clients.ts';
import { loadLocalConfig } from '../local/config.ts';

/** Where a receipt is: a file, the console of `npm start`, or the table of the stack. */
export type ReceiptSource =
  | { readonly type: 'file'; readonly file: string }
  | { readonly type: 'console'; readonly url: string }
  | { readonly type: 'table'; readonly table: string | undefined };

/** An answer of the console, or the list of entries alone. */
const StoredReceipt = z.union([
  z.array(ReceiptEntry),
  z.object({ receipt: z.array(ReceiptEntry) }).transform(({ receipt }) => receipt),
]);

/** The receipt, oldest entry first. Throws where it cannot be read. */
export async function readReceipt(
  incidentId: string,
  source: ReceiptSource,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly ReceiptEntry[]> {
  if (source.type === 'table') return fromTable(incidentId, source.table, environment);
  if (source.type === 'file') return readReceiptFile(source.file);
  return StoredReceipt.parse(JSON.parse(await fromConsole(source.url, incidentId)));
}

/** Every entry of a stored receipt; `-` is standard input. Throws where it cannot be read. */
export async function readReceiptFile(file: string): Promise<readonly ReceiptEntry[]> {
  return StoredReceipt.parse(JSON.parse(file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8')));
}

async function fromConsole(url: string, incidentId: string): Promise<string> {
  const response = await fetch(new URL(`/api/incidents/${encodeURIComponent(incidentId)}/receipt`, url));
  if (!response.ok) throw new Error(`${url} has no incident ${incidentId}: ${response.status}`);
  return response.text();
}

function fromTable(
  incidentId: string,
  table: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly ReceiptEntry[]> {
  const config = loadLocalConfig(environment);
  const { AWS_ENDPOINT_URL_DYNAMODB: url, AWS_REGION: region, TABLE_NAME } = config;
  const endpoint = url === undefined ? undefined : pluggedEndpoint(url, config);
  const client = DynamoDBDocumentClient.from(dynamoDbClient(endpoint, region));
  return createIncidentStore(createTable(client, table ?? TABLE_NAME)).readReceipt(incidentId);
}
