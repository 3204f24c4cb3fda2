import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
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
