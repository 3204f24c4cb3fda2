import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDispatch } from '../../../functions/dispatch/create.ts';
import { clientOptions } from '../../fakes/aws-client-options.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { workItemOf } from '../../fakes/sample-records.ts';
import { type DynamoDbUnderTest, startDynamoDb } from './table-under-test.ts';

const DAY_SECONDS = 24 * 3_600;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let dynamoDb: DynamoDbUnderTest;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.close());

/** After how many days the detail of an alert expires, which dispatch has written with these settings. */
async function daysKept(settings: Readonly<Record<string, string>>): Promise<number> {
  const { client, name } = await dynamoDb.newTable();
  const own = new DynamoDBClient(clientOptions(dynamoDb.url));
  const environment = { TABLE_NAME: name, RUNBOOK_FUNCTION: 'runbook', CLUSTERS: 'lab-1', ...settings };
  const handle = createDispatch(environment, { dynamoDb: own, engine: createFakeEngine, log });
  // Too large for the item of the incident, whose small details stay with it.
  const item = workItemOf({ summary: randomBytes(3_000).toString('base64') });
  const record = { messageId: 'm', body: JSON.stringify(item), attributes: { MessageGroupId: 'g' } };
  expect(await handle({ Records: [record] })).toEqual({ batchItemFailures: [] });
  own.destroy();
  const { Items: items = [] } = await client.send(new ScanCommand({ TableName: name }));
  const [detail] = items.filter(({ sk }) => String(sk).startsWith('RECEIPT#'));
  return Math.round((Number(detail?.['ttl']) - Date.now() / 1_000) / DAY_SECONDS);
}

describe('the detail of an alert', () => {
  it.each([
    ['30 days', {}, 30],
    ['the days of the setting', { RECEIPT_DAYS: '60' }, 60],
  ])('is kept for %s', async (_, settings, days) => {
    expect(await daysKept(settings)).toBe(days);
  });

  it.each(['14', '91', '30.5'])('is not kept for %s days: the function does not start', (days) => {
    const environment = { TABLE_NAME: 't', RUNBOOK_FUNCTION: 'runbook', CLUSTERS: 'lab-1', RECEIPT_DAYS: days };
    const dynamoDb = new DynamoDBClient({});
    expect(() => createDispatch(environment, { dynamoDb, engine: createFakeEngine, log })).toThrow(/RECEIPT_DAYS/);
  });
});
