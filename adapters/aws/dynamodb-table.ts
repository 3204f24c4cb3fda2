import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { toRestitchError } from './aws-error.ts';
import { tableDefinition } from './table-definition.ts';

export type Item = Readonly<Record<string, unknown>>;

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** The place of an item in a listing. */
export interface ListKey extends Key {
  readonly at: number;
}

/** The condition of a write. `free`: the item must not exist. `version`: it must still have this version. */
export type Expected = { readonly type: 'free' } | { readonly type: 'version'; readonly version: number };

/** The single-item operations that the stores are built from. Throws `RestitchError` (code `store`). */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** False: the condition failed, another writer was first. `expected.version` is compared with the stored `version`. */
  put(key: Key, item: Item, expected: Expected): Promise<boolean>;
  /** Items of one partition whose sort key begins with `prefix`, ascending. */
  query(pk: string, prefix: string): Promise<readonly Item[]>;
  /** Items of one listing, newest first: those behind `after`, one of its items, which need not be there any more. */
  list(listing: string, limit?: number, after?: ListKey): Promise<readonly Item[]>;
}

export function createTable(client: DynamoDBDocumentClient, tableName: string): Table {
  const { indexName, partitionKey } = tableDefinition.listing;
  return {
    get: (key) =>
      guarded(
        async () => (await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }))).Item,
      ),
    put: (key, item, expected) =>
      guarded(async () => {
        try {
          await client.send(
            new PutCommand({ TableName: tableName, Item: { ...item, ...key }, ...conditionOf(expected) }),
          );
          return true;
        } catch (error) {
          if (error instanceof ConditionalCheckFailedException) return false;
          throw error;
        }
      }),
    query: (pk, prefix) =>
      guarded(() =>
        allPages(client, {
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
        }),
      ),
    list: (listing, limit, after) =>
      guarded(() =>
        allPages(
          client,
          {
            TableName: tableName,
            IndexName: indexName,
            KeyConditionExpression: '#list = :list',
            ExpressionAttributeNames: { '#list': partitionKey },
            ExpressionAttributeValues: { ':list': listing },
            ScanIndexForward: false,
            ...(limit === undefined ? {} : { Limit: limit }),
          },
          limit,
          after && { ...after, [partitionKey]: listing },
        ),
      ),
  };
}

function conditionOf(expected: Expected) {
  if (expected.type === 'free') return { ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': expected.version },
  };
}

async function allPages(
  client: DynamoDBDocumentClient,
  input: ConstructorParameters<typeof QueryCommand>[0],
  limit = Number.POSITIVE_INFINITY,
  after?: Readonly<Record<string, unknown>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start = after;
  do {
    const output = await client.send(
      new QueryCommand({ ...input, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    items.push(...(output.Items ?? []));
    start = output.LastEvaluatedKey;
  } while (start !== undefined && items.length < limit);
  return items.slice(0, limit);
}

async function guarded<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw toRestitchError('store', error);
  }
}
