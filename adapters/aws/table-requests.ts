import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { RestitchError } from '../../core/restitch-error.ts';
import { toRestitchError } from './aws-error.ts';
import { tableDefinition } from './table-definition.ts';
import { wellFormed } from './well-formed.ts';

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

/** What one request to the table can do. Reads of items are consistent. Throws `RestitchError` (code `store`). */
export interface TableRequests {
  get(key: Key): Promise<Item | undefined>;
  /** At most `MOST_KEYS` different keys, in one request where the table is not throttled; in the order of the keys. */
  getMany(keys: readonly Key[]): Promise<readonly (Item | undefined)[]>;
  /** False: the condition failed, another writer was first. `expected.version` is compared with the stored `version`. */
  put(key: Key, item: Item, expected: Expected): Promise<boolean>;
  /** Items of one partition whose sort key begins with `prefix`, ascending. */
  query(pk: string, prefix: string): Promise<readonly Item[]>;
  /** Items of one listing, newest first: those behind `after`, one of its items, which need not be there any more. */
  list(listing: string, limit?: number, after?: ListKey): Promise<readonly Item[]>;
}

/** Of BatchGetItem. */
export const MOST_KEYS = 100;
/** Keys that the table had no capacity for are asked for again so often, with growing pauses. */
const MOST_ROUNDS = 8;

export function createTableRequests(client: DynamoDBDocumentClient, tableName: string): TableRequests {
  const { indexName, partitionKey } = tableDefinition.listing;
  return {
    get: (key) =>
      guarded(
        async () =>
          (await client.send(new GetCommand({ TableName: tableName, Key: wellFormed(key), ConsistentRead: true })))
            .Item,
      ),
    getMany: (keys) => guarded(() => getMany(client, tableName, keys)),
    put: (key, item, expected) =>
      guarded(async () => {
        try {
          await client.send(
            new PutCommand({ TableName: tableName, Item: wellFormed({ ...item, ...key }), ...conditionOf(expected) }),
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

async function getMany(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Key[],
): Promise<readonly (Item | undefined)[]> {
  const found = new Map<string, Item>();
  let asked: readonly Item[] = keys.map(({ pk, sk }) => wellFormed({ pk, sk }));
  for (let round = 1; asked.length > 0; round++) {
    if (round > MOST_ROUNDS)
      throw new RestitchError('store', `${asked.length} items were not read`, { retryable: true });
    if (round > 1) await pause(Math.random() * Math.min(10 * 2 ** round, 1_000));
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: [...asked], ConsistentRead: true } } }),
    );
    for (const item of Responses?.[tableName] ?? []) found.set(nameOf(item), item);
    asked = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return keys.map((key) => found.get(nameOf(wellFormed(key))));
}

/** Of an item or a key: neither part holds a line break. */
export function nameOf({ pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }): string {
  return `${String(pk)}\n${String(sk)}`;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
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
