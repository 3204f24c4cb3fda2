import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApprovalStore } from '../../../adapters/aws/dynamodb-approval-store.ts';
import { createCapacityLedger } from '../../../adapters/aws/dynamodb-capacity-ledger.ts';
import { createHostLocks } from '../../../adapters/aws/dynamodb-host-locks.ts';
import { createIncidentStore } from '../../../adapters/aws/dynamodb-incident-store.ts';
import { createNodeDirectory } from '../../../adapters/aws/dynamodb-node-directory.ts';
import { createOperatorHolds } from '../../../adapters/aws/dynamodb-operator-holds.ts';
import { createReplies } from '../../../adapters/aws/dynamodb-replies.ts';
import { createShownMessages } from '../../../adapters/aws/dynamodb-shown-messages.ts';
import { createTable } from '../../../adapters/aws/dynamodb-table.ts';
import { approvalOf, incidentOf } from '../../fakes/sample-records.ts';
import { describeApprovalStore } from './approval-store-contract.ts';
import { describeCapacityLedger } from './capacity-ledger-contract.ts';
import { describeHostLocks } from './host-locks-contract.ts';
import { close, describeIncidentStore, make } from './incident-store-contract.ts';
import { describeNodeDirectory } from './node-directory-contract.ts';
import { describeOperatorHolds } from './operator-holds-contract.ts';
import { describeReplies } from './replies-contract.ts';
import { describeShownMessages } from './shown-messages-contract.ts';
import { type DynamoDbUnderTest, startDynamoDb } from './table-under-test.ts';

let dynamoDb: DynamoDbUnderTest;
beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.close());

describe('incidents in DynamoDB', () =>
  describeIncidentStore(async () => createIncidentStore((await dynamoDb.newTable()).table)));

describe('approvals in DynamoDB', () =>
  describeApprovalStore(async () => createApprovalStore((await dynamoDb.newTable()).table)));

describe('replies in DynamoDB', () => describeReplies(async () => createReplies((await dynamoDb.newTable()).table)));
describe('shown messages in DynamoDB', () =>
  describeShownMessages(async () => createShownMessages((await dynamoDb.newTable()).table)));
describe('reserved capacity in DynamoDB', () =>
  describeCapacityLedger(async () => createCapacityLedger((await dynamoDb.newTable()).table)));

describe('holds in DynamoDB', () =>
  describeOperatorHolds(async () => createOperatorHolds((await dynamoDb.newTable()).table)));

describe('host locks in DynamoDB', () => {
  describeHostLocks(async () => createHostLocks((await dynamoDb.newTable()).table));

  it('of version 0.1.0, with a small token, pass to a run of the same incident', async () => {
    const { table } = await dynamoDb.newTable();
    const stored = { version: 3, token: 3, holder: 'lab-1.gpu-1.1', expiresAt: 2_000 };
    await table.put({ pk: 'LOCK#lab-1/hub-1', sk: 'LOCK' }, stored, { type: 'free' });
    const locks = createHostLocks(table);
    const host = { cluster: 'lab-1', node: 'hub-1' };
    expect(await locks.acquire(host, { incidentId: 'x', run: 1 }, 1_000, 9_000)).toMatchObject({ type: 'held' });
    expect(await locks.acquire(host, { incidentId: 'lab-1.gpu-1.1', run: 2 }, 1_000, 9_000)).toEqual({
      type: 'acquired',
      token: 1_000,
    });
  });
});

describe('the node directory in DynamoDB', () => {
  const newDirectory = async () => createNodeDirectory((await dynamoDb.newTable()).table);
  describeNodeDirectory(newDirectory);

  const MINUTE = 60_000;
  const entries = new Map([['10.0.3.7', 'gpu-1']]);

  it('is not believed when nobody has written it for a quarter of an hour', async () => {
    const directory = await newDirectory();
    await directory.keep('lab', entries, 0);
    expect(await directory.find({ cluster: 'lab', node: '10.0.3.7' }, 15 * MINUTE)).toBe('gpu-1');
    expect(await directory.find({ cluster: 'lab', node: '10.0.3.7' }, 15 * MINUTE + 1)).toBeUndefined();
  });

  it('is written again where entries changed or grow old, and not otherwise', async () => {
    const { table } = await dynamoDb.newTable();
    let puts = 0;
    const counting = {
      ...table,
      put: (...args: Parameters<typeof table.put>) => {
        puts += 1;
        return table.put(...args);
      },
    };
    const directory = createNodeDirectory(counting);
    const putsOf = async (keep: Promise<void>) => {
      const before = puts;
      await keep;
      return puts - before;
    };
    expect(await putsOf(directory.keep('lab', entries, 0))).toBe(16);
    expect(await putsOf(directory.keep('lab', entries, 5 * MINUTE - 1))).toBe(0);
    expect(await putsOf(directory.keep('lab', new Map([['10.0.3.7', 'gpu-2']]), 5 * MINUTE - 1))).toBe(1);
    expect(await putsOf(directory.keep('lab', entries, 5 * MINUTE))).toBe(16);
  });

  it('keeps an item within its limits, whatever the fleet', async () => {
    const directory = await newDirectory();
    const longest = 'n'.repeat(253);
    const many = Array.from(
      { length: 40_000 },
      (_, index) => `fd00:0:0:0:0:0:${(index >> 8).toString(16)}:${(index & 255).toString(16)}`,
    );
    await directory.keep('lab', new Map(many.map((address) => [address, longest])), 0);
    expect(await directory.find({ cluster: 'lab', node: 'fd00:0:0:0:0:0:0:0' }, 0)).toBe(longest);
  });
});

const target = { cluster: 'lab-1', node: 'gpu-1' };

describe('a crash while an incident is opened', () => {
  it.each([
    ['before the pointer is written', ['refused'], true],
    ['after the pointer, before the record', ['crash'], false],
    ['after the record', ['none', 'crash'], false],
    ['when the reply about the pointer is lost', ['lost-reply'], false],
  ] as const)('%s is completed by the next caller', async (_, faults, opened) => {
    const { table, faults: tableFaults } = await dynamoDb.newTable();
    const store = createIncidentStore(table);
    tableFaults.next('put', ...faults);
    await expect(store.openOrGet(target, make())).rejects.toThrow();
    expect(await store.openOrGet(target, make())).toMatchObject({ opened, incident: { incidentId: 'lab-1.gpu-1.1' } });
    expect(await store.listOpen()).toHaveLength(1);
    expect(await store.update('lab-1.gpu-1.1', close)).toMatchObject({ phase: 'closed' });
    expect(await store.openOrGet(target, make())).toMatchObject({ opened: true, incident: { sequence: 2 } });
  });

  it('is completed by a mere reader', async () => {
    const { table, faults } = await dynamoDb.newTable();
    const store = createIncidentStore(table);
    faults.next('put', 'crash');
    await expect(store.openOrGet(target, make())).rejects.toThrow();
    expect(await store.getLatest(target)).toMatchObject({ incidentId: 'lab-1.gpu-1.1' });
    expect(await store.get('lab-1.gpu-1.1')).toMatchObject({ phase: 'opened' });
  });

  it('does not bring back the first version of a record that moved on', async () => {
    const { table, faults } = await dynamoDb.newTable();
    const store = createIncidentStore(table);
    faults.next('put', 'none', 'crash');
    await expect(store.openOrGet(target, make())).rejects.toThrow();
    await store.update('lab-1.gpu-1.1', (current) => ({ ...current, run: 7 }));
    expect(await store.openOrGet(target, make())).toMatchObject({ incident: { run: 7, version: 2 } });
  });
});

describe('an incident that somebody else opens just after we saw the last one closed', () => {
  it.each([
    ['when there was none', false, 'lab-1.gpu-1.1'],
    ['when there was one', true, 'lab-1.gpu-1.2'],
  ])('is the one we get, %s', async (_, hasClosed, incidentId) => {
    const { table, inAnotherProcess } = await dynamoDb.newTable();
    const somebodyElse = createIncidentStore(inAnotherProcess());
    if (hasClosed) {
      await somebodyElse.openOrGet(target, make());
      await somebodyElse.update('lab-1.gpu-1.1', close);
    }
    let raced = false;
    const store = createIncidentStore({
      ...table,
      get: async (key) => {
        const item = await table.get(key);
        const isLastLook = key.sk === (hasClosed ? 'RECORD' : 'OPEN');
        if (isLastLook && !raced) {
          raced = true;
          await somebodyElse.openOrGet(target, make());
        }
        return item;
      },
    });
    expect(await store.openOrGet(target, make())).toMatchObject({ opened: false, incident: { incidentId } });
  });

  it('is the one we get also where we remember the last one and read nothing', async () => {
    const { table, inAnotherProcess } = await dynamoDb.newTable();
    const store = createIncidentStore(table);
    await store.openOrGet(target, make());
    await store.update('lab-1.gpu-1.1', close);
    await createIncidentStore(inAnotherProcess()).openOrGet(target, make());
    const theirs = { opened: false, incident: { incidentId: 'lab-1.gpu-1.2' } };
    expect(await store.openOrGet(target, make())).toMatchObject(theirs);
  });
});

describe('items that are read at the same time', () => {
  it('come as they are stored, and none where there is none', async () => {
    const { table, inAnotherProcess } = await dynamoDb.newTable();
    const keys = ['a', 'b', 'absent'].map((pk) => ({ pk, sk: 'RECORD' }));
    for (const [index, key] of keys.slice(0, 2).entries())
      await table.put(key, { version: 1, index, packed: new Uint8Array([1, 2]) }, { type: 'free' });
    const other = inAnotherProcess();
    const [first, second, third] = await Promise.all(keys.map((key) => other.get(key)));
    expect([first, second]).toEqual([
      { ...keys[0], version: 1, index: 0, packed: new Uint8Array([1, 2]) },
      { ...keys[1], version: 1, index: 1, packed: new Uint8Array([1, 2]) },
    ]);
    expect(third).toBeUndefined();
  });
});

describe('a change whose race is lost', () => {
  it('is made again on what is stored then', async () => {
    const { table } = await dynamoDb.newTable();
    const somebodyElse = createIncidentStore(table);
    const { incident } = await somebodyElse.openOrGet(target, make());
    let raced = false;
    const store = createIncidentStore({
      ...table,
      put: async (key, item, expected) => {
        // Between our reading and our writing, once.
        if (!raced) await somebodyElse.update(incident.incidentId, (current) => ({ ...current, claimed: true }));
        raced = true;
        return table.put(key, item, expected);
      },
    });
    const updated = await store.update(incident.incidentId, (current) => ({ ...current, run: current.run + 1 }));
    expect(updated).toMatchObject({ run: 2, claimed: true, version: 3 });
    expect(await store.get(incident.incidentId)).toEqual(updated);
  });

  it('is given up after a while, with an error that says to come again', async () => {
    const { table } = await dynamoDb.newTable();
    await createIncidentStore(table).openOrGet(target, make());
    const unlucky = createIncidentStore({ ...table, put: async () => false });
    await expect(unlucky.update('lab-1.gpu-1.1', close)).rejects.toMatchObject({ code: 'store', retryable: true });
  });
});

describe('what cannot be read', () => {
  it('is an error that names the item, never half an incident', async () => {
    const { table, client, name } = await dynamoDb.newTable();
    const store = createIncidentStore(table);
    const Item = { ...incidentOf(), phase: 'dreaming', pk: 'INCIDENT#lab-1.gpu-1.1', sk: 'RECORD' };
    await client.send(new PutCommand({ TableName: name, Item }));
    const reading = store.get('lab-1.gpu-1.1');
    await expect(reading).rejects.toMatchObject({ code: 'store', retryable: false });
    await expect(reading).rejects.toThrow('INCIDENT#lab-1.gpu-1.1/RECORD: phase');
  });

  it('is an error that names the item when the lines of a plan are damaged', async () => {
    const { table, client, name } = await dynamoDb.newTable();
    const store = createApprovalStore(table);
    const damaged = { planLines: [], packedLines: new Uint8Array([31, 139, 8, 0, 7]) };
    const Item = { ...approvalOf(), ...damaged, version: 1, pk: 'APPROVAL#damaged', sk: 'RECORD' };
    await client.send(new PutCommand({ TableName: name, Item }));
    const reading = store.get('damaged');
    await expect(reading).rejects.toMatchObject({ name: 'RestitchError', code: 'store', retryable: false });
    await expect(reading).rejects.toThrow('APPROVAL#damaged/RECORD cannot be unpacked');
  });

  it('is an error of ours when the table is missing', async () => {
    const { client } = await dynamoDb.newTable();
    const store = createIncidentStore(createTable(client, 'no-such-table'));
    await expect(store.get('x')).rejects.toMatchObject({ name: 'RestitchError', code: 'store', retryable: false });
  });
});

describe('the index of what is open', () => {
  it('holds no closed incident and no decided approval', async () => {
    const { table } = await dynamoDb.newTable();
    const incidents = createIncidentStore(table);
    const approvals = createApprovalStore(table);
    await incidents.openOrGet(target, make());
    await approvals.create(approvalOf());
    await incidents.update('lab-1.gpu-1.1', close);
    await approvals.settle(approvalOf().approvalId, 'withdrawn', 0);
    expect([await table.list('incidents#open'), await table.list('approvals#pending')]).toEqual([[], []]);
    expect(await table.list('incidents#unreported')).toHaveLength(1);
    await incidents.update('lab-1.gpu-1.1', (closed) => ({ ...closed, reportedAt: 10 }));
    expect(await table.list('incidents#closed')).toHaveLength(1);
  });

  it('is read to its end, over several pages', async () => {
    const { table } = await dynamoDb.newTable();
    const store = createIncidentStore(table);
    // Query answers at most 1 MB at once.
    const planLines = Array.from({ length: 300 }, () => 'x'.repeat(1_000));
    const approvals = createApprovalStore(table);
    for (const index of [1, 2, 3, 4, 5]) await approvals.create(approvalOf({ approvalId: `a${index}`, planLines }));
    expect(await approvals.listPending()).toHaveLength(5);
    expect(await store.listOpen()).toEqual([]);
  });
});
