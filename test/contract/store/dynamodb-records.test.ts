import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRecords, recordKind } from '../../../adapters/aws/dynamodb-records.ts';
import { createSafetyRecords } from '../../../adapters/aws/dynamodb-safety-records.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { Counted, describeRecords } from './records-contract.ts';
import { type DynamoDbUnderTest, startDynamoDb } from './table-under-test.ts';

let dynamoDb: DynamoDbUnderTest;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.close());

const kind = recordKind('COUNTED', 'counted', Counted);

describe('records in DynamoDB', () =>
  describeRecords(async () => createRecords((await dynamoDb.newTable()).table, kind)));

describe('a record that cannot be read', () => {
  it('is an error, and never taken for none', async () => {
    const { table, client, name } = await dynamoDb.newTable();
    const Item = { pk: 'COUNTED#a', sk: 'RECORD', version: 1, record: { name: 'a' } };
    await client.send(new PutCommand({ TableName: name, Item }));
    const records = createRecords(table, kind);
    await expect(records.get('a')).rejects.toMatchObject({ code: 'store', retryable: false });
    await expect(records.change('a', () => undefined)).rejects.toMatchObject({ code: 'store' });
  });
});

describe('the kinds of records', () => {
  it('do not meet in the table', async () => {
    const { pauses, breakers, memories, tracks } = createSafetyRecords((await dynamoDb.newTable()).table);
    const now = createFakeClock().now();
    const pause = { scope: { type: 'all' as const }, reason: 'release', by: 'ann', since: now, until: null };
    await pauses.change('all', () => ({ pauses: [pause] }));
    await breakers.change('all', () => ({ cluster: 'all', broken: [], tripped: {} }));
    expect(await pauses.list()).toEqual([{ pauses: [pause] }]);
    expect(await breakers.list()).toEqual([{ cluster: 'all', broken: [], tripped: {} }]);
    expect([await memories.get('all'), await tracks.get('all')]).toEqual([undefined, undefined]);
  });
});
