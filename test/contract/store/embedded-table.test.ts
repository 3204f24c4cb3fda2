import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DynamoDBClient, ListTablesCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { expect, it, onTestFinished } from 'vitest';
import { folderMegabytes } from '../../../local/folder-size.ts';
import { startEmbeddedDynamoDb } from '../../../local/table/embedded-dynamodb.ts';
import { ensureTable } from '../../../local/table/ensure-table.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { temporaryFolder } from '../../fakes/temporary-folder.ts';

const REQUEST_BEGINS = 'http.server.request.start';

it('the local table answers what it was asked before it closes', async () => {
  const server = await startEmbeddedDynamoDb(temporaryFolder());
  const client = new DynamoDBClient({ ...clientOptions(server.url), maxAttempts: 1 });
  await ensureTable(client, 'restitch');
  const begun = new Promise<void>((resolve) => {
    const seen = () => {
      unsubscribe(REQUEST_BEGINS, seen);
      setImmediate(resolve);
    };
    subscribe(REQUEST_BEGINS, seen);
  });
  const asked = client.send(new ListTablesCommand());
  await begun;
  const closed = server.close();
  expect((await asked).TableNames).toEqual(['restitch']);
  client.destroy();
  await closed;
});

it('the local table forgets what was overwritten, whatever was asked meanwhile', async () => {
  const folder = temporaryFolder();
  const server = await startEmbeddedDynamoDb(folder);
  const client = new DynamoDBClient(clientOptions(server.url));
  onTestFinished(async () => {
    client.destroy();
    await server.close();
  });
  await ensureTable(client, 'restitch');
  const query = new QueryCommand({
    TableName: 'restitch',
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'a' } },
  });
  for (let round = 0; round < 200; round++) {
    const Item = { pk: { S: 'a' }, sk: { S: 'b' }, body: { B: randomBytes(200_000) } };
    await client.send(new PutItemCommand({ TableName: 'restitch', Item }));
    expect((await client.send(query)).Count).toBe(1);
  }
  expect(await folderMegabytes(folder)).toBeLessThan(25);
});
