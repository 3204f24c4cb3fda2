import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createIncidentStore } from '../../../adapters/aws/dynamodb-incident-store.ts';
import { createTableOver } from '../../../adapters/aws/dynamodb-table.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { createCountingTable } from '../../fakes/counting-table.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { receiptOf } from '../../fakes/sample-records.ts';
import { createIncidentUnderTest } from './incident-under-test.ts';

const KIB = 1_024;
/** DynamoDB's limit is 400 KB. */
const MOST_ITEM = 380 * KIB;

/** Another node like this one, with an address and a pod network of its own. */
function strangerLike(node: NodeObject, index: number): NodeObject {
  const name = `gpu-extra-${index}`;
  const address = `203.0.113.${index}`;
  return {
    ...node,
    metadata: {
      ...node.metadata,
      name,
      // Something that does not compress.
      labels: { ...node.metadata.labels, 'example.com/serial': randomBytes(48).toString('hex') },
      annotations: { ...node.metadata.annotations, 'flannel.alpha.coreos.com/public-ip': address },
    },
    spec: { ...node.spec, podCIDR: `10.43.${index}.0/24`, podCIDRs: [`10.43.${index}.0/24`] },
    status: { ...node.status, addresses: [{ type: 'InternalIP', address }] },
  };
}

async function worked(nodes: number, rechecks: number) {
  const table = createCountingTable();
  const work = createIncidentUnderTest(
    {},
    {},
    { ...createInMemoryIncidentStore(), ...createIncidentStore(createTableOver(table)) },
  );
  work.commands.heals = [];
  work.commands.failing = ['bounce'];
  const { listNodes } = work.cluster;
  const few = await listNodes();
  const [, model] = few;
  const more = model === undefined ? [] : Array.from({ length: nodes - few.length }, (_, i) => strangerLike(model, i));
  work.cluster.listNodes = async () => [...(await listNodes()), ...more];
  const incidentId = 'lab.gpu-1.1';
  const bytesRead: number[] = [];
  const finish = async () => {
    table.takeBytesRead();
    await work.start();
    await work.engine.idle();
    bytesRead.push(table.takeBytesRead());
    await work.untilAtRest();
  };
  await finish();
  for (let run = 2; run <= rechecks + 1; run++) {
    await work.store.update(incidentId, (incident) => ({ ...incident, run, phase: 'diagnosing' }));
    await finish();
  }
  return { table, work, incidentId, bytesRead };
}

describe('after twenty rechecks of an incident in a fleet of 200 nodes', () => {
  it('no item is near the limit of the table, and no recheck reads more than the one before', async () => {
    const { table, bytesRead, work, incidentId } = await worked(200, 20);
    expect(table.largestItem()).toBeLessThan(MOST_ITEM);
    expect(Math.max(...bytesRead)).toBeLessThan(150 * KIB);
    const { timeline } = (await work.store.get(incidentId)) ?? {};
    expect(timeline?.leftOut).toBeGreaterThan(0);
    expect(timeline?.lines.at(0)?.entryId).toMatch(/^r0001/);
    expect(timeline?.lines.at(-1)).toMatchObject({ event: 'handed-over' });
    table.takeBytesRead();
    await work.store.appendReceipt(receiptOf({ incidentId, detail: { some: 'detail' } }));
    expect(table.takeBytesRead()).toBeLessThan(24 * KIB);
  });

  it('the evidence of every look is still there, whole', async () => {
    const { work, incidentId } = await worked(200, 1);
    const { timeline } = (await work.store.get(incidentId)) ?? {};
    const looks = timeline?.lines.filter(({ event }) => event === 'diagnosis') ?? [];
    expect(looks.length).toBeGreaterThan(1);
    for (const { entryId } of looks) {
      const detail = JSON.stringify((await work.store.readEntry(incidentId, entryId))?.detail);
      expect(detail).toContain('gpu-extra-195');
    }
  });
});

describe('the evidence of a fleet that does not fit into one item', () => {
  it('is kept without the Node objects of hosts that were not asked, and says so', async () => {
    const { table, work, incidentId } = await worked(6_000, 0);
    expect(table.largestItem()).toBeLessThan(MOST_ITEM);
    const { timeline } = (await work.store.get(incidentId)) ?? {};
    const look = timeline?.lines.find(({ event }) => event === 'diagnosis');
    const { detail } = (await work.store.readEntry(incidentId, look?.entryId ?? '')) ?? {};
    expect(detail).toMatchObject({ evidence: { nodesLeftOut: expect.any(Number), readings: expect.any(Array) } });
  });
});
