import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '../../adapters/aws/table-definition.ts';

const MOST_WAIT_SECONDS = 60;

/** Creates the single table, or finds it. */
export function ensureTable(client: DynamoDBClient, tableName: string): Promise<void> {
  const { partitionKey, sortKey, listing } = tableDefinition;
  return ensureTableOf(client, {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: partitionKey, AttributeType: 'S' },
      { AttributeName: sortKey, AttributeType: 'S' },
      { AttributeName: listing.partitionKey, AttributeType: 'S' },
      { AttributeName: listing.sortKey, AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: partitionKey, KeyType: 'HASH' },
      { AttributeName: sortKey, KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: listing.indexName,
        KeySchema: [
          { AttributeName: listing.partitionKey, KeyType: 'HASH' },
          { AttributeName: listing.sortKey, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
}

/** Creates a table, or finds it, and waits until it can be used: CreateTable answers before that. */
export async function ensureTableOf(client: DynamoDBClient, input: CreateTableCommandInput): Promise<void> {
  try {
    await client.send(new CreateTableCommand(input));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists(
    { client, maxWaitTime: MOST_WAIT_SECONDS, minDelay: 1, maxDelay: 2 },
    { TableName: input.TableName },
  );
}
