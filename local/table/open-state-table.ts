import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { announcement } from '../announcement.ts';
import { dynamoDbClient, type Endpoint } from '../aws-clients.ts';
import { isInUse, lockStateDir } from '../state-lock.ts';
import { startEmbeddedDynamoDb } from './embedded-dynamodb.ts';
import { ensureTable } from './ensure-table.ts';

const TableAddress = z.object({ url: z.url(), anyCredentials: z.boolean(), region: z.string(), tableName: z.string() });
type TableAddress = z.infer<typeof TableAddress>;

const announced = announcement('table.json', TableAddress);

export interface OpenTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  close(): Promise<void>;
}

/** Tells other processes where the table of a running `npm start` is. Returns how to take that back. */
export function announceTable(
  stateDir: string,
  endpoint: Endpoint,
  table: Pick<TableAddress, 'region' | 'tableName'>,
): Promise<() => Promise<void>> {
  return announced.make(stateDir, { ...endpoint, ...table });
}

/** The table of a state folder: that of the running `npm start`, or else the one on disk. */
export async function openStateTable(
  stateDir: string,
  { region, tableName }: Pick<TableAddress, 'region' | 'tableName'>,
): Promise<OpenTable> {
  if (await isInUse(stateDir)) return openAnnounced(stateDir);
  const unlock = await lockStateDir(stateDir);
  const server = await startEmbeddedDynamoDb(join(stateDir, 'dynamodb'));
  const client = dynamoDbClient({ url: server.url, anyCredentials: true }, region);
  const close = async () => {
    client.destroy();
    await server.close();
    await unlock();
  };
  try {
    await ensureTable(client, tableName);
    return { client, tableName, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openAnnounced(stateDir: string): Promise<OpenTable> {
  const address = await announced.read(stateDir);
  if (address === undefined) throw new Error(`npm start in ${stateDir} is only beginning: try again in a moment`);
  const client = dynamoDbClient(address, address.region);
  return { client, tableName: address.tableName, close: async () => client.destroy() };
}
