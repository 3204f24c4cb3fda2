import { describe, expect, it } from 'vitest';
import { readCase } from '../../../functions/console/read-case.ts';
import { createOverview } from '../../../functions/console/read-overview.ts';
import { fleetOf, lookOf, overviewSettings } from '../../fakes/console-under-test.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { approvalOf, briefOf, incidentOf, receiptOf } from '../../fakes/sample-records.ts';
import { evidenceOf } from '../../fixtures/changed-evidence.ts';

const evidence = evidenceOf('fdb-flushed');
const id = incidentOf().incidentId;
const T0 = 1_800_000_000_000;

async function incidentWithLook() {
  const store = createInMemoryIncidentStore();
  const approvals = createInMemoryApprovalStore();
  store.seed(incidentOf({ phase: 'awaiting-approval' }));
  await store.appendReceipt(lookOf(id, evidence, T0));
  const lines = [
    'gpu-1: link flannel.1 down, then up',
    'gpu-1: fdb replace 0a:58:0a:2a:77:00 dst 10.0.9.9 dev flannel.1',
  ];
  const approvalId = `${id}.bounce.1`;
  await store.appendReceipt(
    receiptOf({
      incidentId: id,
      entryId: 'r0001.0009',
      at: T0 + 1_000,
      event: 'approval-requested',
      stage: 'bounce',
      operationKey: approvalId,
      detail: { lines, digest: 'd' },
    }),
  );
  await approvals.create(approvalOf({ approvalId, incidentId: id, brief: briefOf() }));
  const settings = { approvers: ['U0ALICE'], rules: [] };
  return { store, approvals, read: () => readCase(id, { store, approvals }, settings), settings };
}

describe('one incident as a person reads it', () => {
  it('has what was expected beside what was found', async () => {
    const { read } = await incidentWithLook();
    const found = await read();
    const facts = found?.look?.compared.facts ?? [];
    expect(facts[0]).toMatchObject({ expected: 'passes' });
    const entry = facts.find(({ what }) => what === 'gpu-1: fdb missing for hub-1');
    expect(entry?.expected).toMatch(/^fdb replace [\da-f:]{17} dst 10\.0\.1\.10 dev flannel\.1$/);
    expect(entry?.actual).toBe('no forwarding entry for hub-1');
  });

  it('has the plan that is asked for, and the people who may answer', async () => {
    const { read } = await incidentWithLook();
    const found = await read();
    expect(found?.plan).toMatchObject({ stage: 'bounce', begun: false });
    expect(found?.plan?.parts.map(({ place, lines }) => [place, lines[0]?.sign])).toEqual([
      ['', '='],
      ['gpu-1', '+'],
    ]);
    expect(found?.question).toMatchObject({ mayAnswer: ['U0ALICE'], approval: { status: 'pending' } });
  });

  it('names the people of a rule in place of the general list', async () => {
    const { store, approvals } = await incidentWithLook();
    const rules = [{ rung: 'bounce', approvers: ['U0CAROL'] } as const].map((rule) => ({
      ...rule,
      approvers: [...rule.approvers],
    }));
    const found = await readCase(id, { store, approvals }, { approvers: ['U0ALICE'], rules });
    expect(found?.question?.mayAnswer).toEqual(['U0CAROL']);
  });

  it('shows the last look that found a fault, not the healthy one after it', async () => {
    const { store, read } = await incidentWithLook();
    const healthy = { ...lookOf(id, evidence, T0 + 9_000), entryId: 'r0001.0020' };
    const detail = JSON.parse(JSON.stringify(healthy.detail).replace('"class":"vxlan-wedge"', '"class":"healthy"'));
    await store.appendReceipt({ ...healthy, detail });
    expect((await read())?.look).toMatchObject({ at: T0, diagnosis: { class: 'vxlan-wedge' } });
  });

  it('has neither evidence nor plan where they are no longer kept', async () => {
    const store = createInMemoryIncidentStore();
    store.seed(incidentOf());
    await store.appendReceipt(receiptOf({ incidentId: id, event: 'diagnosis', detail: { leftOut: 'expired' } }));
    const ports = { store, approvals: createInMemoryApprovalStore() };
    expect(await readCase(id, ports, { approvers: [], rules: [] })).toMatchObject({
      look: null,
      plan: null,
      question: null,
    });
  });

  it('is none where there is no such incident', async () => {
    const ports = { store: createInMemoryIncidentStore(), approvals: createInMemoryApprovalStore() };
    expect(await readCase('lab.x.1', ports, { approvers: [], rules: [] })).toBeUndefined();
  });
});

describe('the overview', () => {
  const nodes = fleetOf(1, 1, 3);
  const ports = async (listNodes: (() => Promise<typeof nodes>) | undefined, clock = () => T0) => {
    const { store } = await incidentWithLook();
    const pauses = createInMemorySafetyRecords().pauses;
    return createOverview(
      { store, pauses, ledger: createInMemoryCapacityLedger(), listNodes, clock },
      overviewSettings,
    );
  };

  it('has the fleet, what was measured of it, and the budgets', async () => {
    const overview = await (await ports(async () => nodes))();
    expect(overview.fleet.nodes.map(({ name }) => name)).toEqual(['gpu-1', 'gpu-2', 'gpu-3', 'hub-1']);
    expect(overview.fleet.ways.find(({ from, to }) => from === 'gpu-1' && to === 'hub-1')).toMatchObject({
      small: 'lost',
    });
    expect(overview.incidents).toMatchObject([{ incidentId: id, phase: 'awaiting-approval' }]);
    expect(overview.standing.budgets?.map(({ scope }) => scope)).toContain('pool pool-1');
  });

  it('has the nodes of the newest look, and no budgets, where the Kubernetes API is not asked', async () => {
    const overview = await (await ports(undefined))();
    expect(overview.fleet.listedAt).toBe(evidence.collectedAt);
    expect(overview.fleet.nodes.map(({ name }) => name)).toEqual(['cloud-1', 'gpu-1', 'gpu-2', 'hub-1']);
    expect(overview.standing.budgets).toBeNull();
  });

  it('keeps the nodes with their age while the API does not answer', async () => {
    let now = T0;
    let answers = true;
    const read = await ports(
      async () => {
        if (!answers) throw new Error('timeout');
        return nodes;
      },
      () => now,
    );
    await read();
    answers = false;
    now += 60_000;
    expect((await read()).fleet).toMatchObject({ listedAt: T0, nodes: expect.arrayContaining([expect.anything()]) });
  });
});
