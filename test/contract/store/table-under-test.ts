import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTableOver, type Table } from '../../../adapters/aws/dynamodb-table.ts';
import { createTableRequests, type TableRequests } from '../../../adapters/aws/table-requests.ts';
import { startEmbeddedDynamoDb } from '../../../local/table/embedded-dynamodb.ts';
import { ensureTable } from '../../../local/table/ensure-table.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { createFaults, type Faults } from '../../fakes/faults.ts';

/** A DynamoDB of its own, and any number of tables in it. */
export interface DynamoDbUnderTest {
  readonly url: string;
  /** A fresh, empty table. Its `faults` know the methods `get`, `getMany`, `put`, `query` and `list`. */
  newTable(): Promise<{
    readonly table: Table;
    /** The same table as another process has it, which remembers nothing of it. */
    readonly inAnotherProcess: () => Table;
    readonly faults: Faults;
    readonly client: DynamoDBDocumentClient;
    readonly name: string;
  }>;
  close(): Promise<void>;
}

const TABLES_AHEAD = 8;

export async function startDynamoDb(): Promise<DynamoDbUnderTest> {
  const folder = await mkdtemp(join(tmpdir(), 'restitch-table-'));
  const server = await startEmbeddedDynamoDb(folder);
  const plain = new DynamoDBClient(clientOptions(server.url));
  const client = DynamoDBDocumentClient.from(plain);
  // Making a table is a second of waiting, so some are made ahead.
  const ahead: Promise<string>[] = [];
  let tables = 0;
  const makeTable = async () => {
    tables += 1;
    const name = `table-${tables}`;
    await ensureTable(plain, name);
    return name;
  };
  return {
    url: server.url,
    newTable: async () => {
      while (ahead.length <= TABLES_AHEAD) ahead.push(makeTable());
      const name = (await ahead.shift()) ?? '';
      const faults = createFaults('store');
      const table = createTableOver(withFaults(createTableRequests(client, name), faults));
      const inAnotherProcess = () => createTableOver(createTableRequests(client, name));
      return { table, inAnotherProcess, faults, client, name };
    },
    close: async () => {
      await Promise.allSettled(ahead);
      plain.destroy();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function withFaults(table: TableRequests, faults: Faults): TableRequests {
  return {
    get: (key) => faults.around('get', () => table.get(key)),
    getMany: (keys) => faults.around('getMany', () => table.getMany(keys)),
    put: (key, item, expected) => faults.around('put', () => table.put(key, item, expected)),
    query: (pk, prefix) => faults.around('query', () => table.query(pk, prefix)),
    list: (listing, limit, after) => faults.around('list', () => table.list(listing, limit, after)),
  };
}
