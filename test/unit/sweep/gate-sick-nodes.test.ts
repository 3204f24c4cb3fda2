import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../core/incident/incident.ts';
import { newBreakers, tripBreaker } from '../../../core/safety/breaker.ts';
import { CLAIM_ANNOTATION, CLAIM_TAINT, readClaim } from '../../../core/safety/node-claim.ts';
import { PAUSE_LIST, withPause } from '../../../core/safety/pause.ts';
import { GateEnvironment, gateSettingsFrom } from '../../../functions/sweep/gate-environment.ts';
import { gateSickNodes } from '../../../functions/sweep/gate-sick-nodes.ts';
import { sweep } from '../../../functions/sweep/sweep.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { healthyFleet } from '../../fakes/healthy-evidence.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { createInMemoryOperatorHolds } from '../../fakes/in-memory-operator-holds.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { incidentOf } from '../../fakes/sample-records.ts';

const AFTER = 900;
const gate = { key: CLAIM_TAINT, value: 'gated', effect: 'NoSchedule' };

/** Ten GPU nodes whose budget is two, and incidents that are put there as they are. */
function setUp(environment: Readonly<Record<string, string>> = {}) {
  const clock = createFakeClock();
  const ports = {
    store: createInMemoryIncidentStore(),
    cluster: createFakeCluster(healthyFleet(Array.from({ length: 10 }, () => 'paris')).nodes),
    engine: createFakeEngine(),
    approvals: createInMemoryApprovalStore(),
    directory: createInMemoryNodeDirectory(),
    capacity: createInMemoryCapacityLedger(),
    holds: createInMemoryOperatorHolds(),
    safety: createInMemorySafetyRecords(),
    clock: clock.now,
    log: createRecordingLog(),
  };
  const settings = gateSettingsFrom(
    GateEnvironment.parse({
      REPAIR_MODE: 'act',
      GATE_AFTER_SECONDS: String(AFTER),
      STACK_ID: 'stack-1',
      ...environment,
    }),
  );
  const { cluster, store } = ports;
  const nodeOf = async (name = 'gpu-1') => (await cluster.listNodes()).find(({ metadata }) => metadata.name === name);
  return {
    ...ports,
    hand: clock,
    settings,
    pass: () => gateSickNodes(ports, settings),
    sweep: () => sweep(ports, { clusters: ['lab'], recheckSeconds: 300, startGraceSeconds: 120, stackId: 'stack-1' }),
    /** An incident of the node whose network is sick for so many seconds. */
    sick: (node: string, seconds = AFTER, parts: Partial<Incident> = {}) =>
      store.seed(
        incidentOf({
          incidentId: `lab-1.${node}.1`,
          target: { cluster: 'lab-1', node },
          phase: 'handed-over',
          diagnosis: 'vxlan-wedge',
          sick: { since: clock.now() - seconds * 1_000 },
          updatedAt: clock.now(),
          ...parts,
        }),
      ),
    nodeOf,
    taints: async (name = 'gpu-1') => (await nodeOf(name))?.spec.taints ?? [],
    incident: () => store.get('lab-1.gpu-1.1'),
    words: async () => (await store.readReceipt('lab-1.gpu-1.1')).map(({ summary }) => summary),
  };
}

describe('a node whose network is sick', () => {
  it.each([
    [AFTER - 1, 0],
    [AFTER, 1],
    [AFTER + 1, 1],
  ])('for %i of 900 seconds is tainted %i times', async (seconds, times) => {
    const work = setUp();
    work.sick('gpu-1', seconds);
    expect(await work.pass()).toBe(times);
    expect(await work.taints()).toEqual(times === 1 ? [gate] : []);
  });

  it('stays schedulable but for the taint, has its place in the budget, and the timeline says why', async () => {
    const work = setUp();
    work.sick('gpu-1');
    await work.pass();
    expect((await work.nodeOf())?.spec.unschedulable).toBeUndefined();
    expect(await work.capacity.read()).toMatchObject([{ node: 'gpu-1', incidentId: 'lab-1.gpu-1.1', gate: true }]);
    expect(await work.incident()).toMatchObject({ claimed: true, gatedAt: work.clock() });
    expect(await work.words()).toEqual([
      'gpu-1 is tainted, so that no new pods come to it: its network is sick for 15 min',
    ]);
  });

  it.each(['awaiting-approval', 'handed-over', 'held', 'repairing', 'diagnosing'] as const)(
    'is tainted whatever its incident waits for: %s',
    async (phase) => {
      const work = setUp();
      work.sick('gpu-1', AFTER, { phase });
      expect(await work.pass()).toBe(1);
    },
  );

  it('is tainted once, however many passes come', async () => {
    const work = setUp();
    work.sick('gpu-1');
    await work.pass();
    const before = await work.nodeOf();
    work.hand.advanceSeconds(60);
    expect(await work.pass()).toBe(0);
    expect(await work.nodeOf()).toEqual(before);
  });

  it.each([
    ['the setting is 0', { GATE_AFTER_SECONDS: '0' }, {}],
    ['the incident is of what several nodes share', {}, { shared: { kind: 'site', name: 'paris' } }],
    ['its alerts are resolved', {}, { alerts: [resolved()] }],
    ['nothing is diagnosed', {}, { sick: undefined }],
    ['a person said no', {}, { handsOff: { by: 'ann', stage: 'bounce', at: 1 } }],
  ] as const)('is left alone where %s', async (_, environment, parts) => {
    const work = setUp(environment);
    work.sick('gpu-1', 100_000, parts as Partial<Incident>);
    expect(await work.pass()).toBe(0);
    expect(await work.taints()).toEqual([]);
  });
});

function resolved(): Incident['alerts'][number] {
  return { ...{ fingerprint: 'f', startsAt: 1, alertname: 'a', summary: null, lastSeenAt: 1 }, status: 'resolved' };
}

describe('in shadow', () => {
  it('nothing is tainted, and it is recorded once that it would be', async () => {
    const work = setUp({ REPAIR_MODE: 'shadow' });
    work.sick('gpu-1');
    await work.pass();
    await work.pass();
    expect(await work.taints()).toEqual([]);
    expect(await work.capacity.read()).toEqual([]);
    expect(await work.words()).toEqual(['shadow: would taint gpu-1 now, and does not: its network is sick for 15 min']);
  });
});

describe('a node is not tainted, and the timeline says why once,', () => {
  const expectNot = async (work: ReturnType<typeof setUp>, why: string) => {
    expect(await work.pass()).toBe(0);
    expect(await work.pass()).toBe(0);
    expect((await work.taints()).filter(({ key }) => key === CLAIM_TAINT)).toEqual([]);
    expect(await work.words()).toEqual([expect.stringContaining(why)]);
  };

  it('while a pause stands; it is after the end of the pause', async () => {
    const work = setUp();
    work.sick('gpu-1');
    const until = work.clock() + 60_000;
    await work.safety.pauses.change(PAUSE_LIST, (list) =>
      withPause(list, { scope: { type: 'all' }, reason: 'release', by: 'ann', since: 0, until }),
    );
    await expectNot(work, 'all is paused by ann');
    work.hand.advanceSeconds(60);
    expect(await work.pass()).toBe(1);
  });

  it('while its breaker is open', async () => {
    const work = setUp();
    work.sick('gpu-1');
    await work.safety.breakers.change('lab-1', () =>
      tripBreaker(newBreakers('lab-1'), 'cluster=lab-1', { by: 'ann', reason: 'storm' }, work.clock()),
    );
    await expectNot(work, 'the breaker cluster=lab-1 is open');
  });

  it('while a person has taken it back', async () => {
    const work = setUp();
    work.sick('gpu-1');
    const hold = { until: work.clock() + 60_000, reason: 'a person uncordoned the node', incidentId: 'i' };
    await work.holds.put({ cluster: 'lab-1', node: 'gpu-1' }, hold);
    await expectNot(work, 'a person uncordoned the node: hands off for 1 min');
    work.hand.advanceSeconds(60);
    expect(await work.pass()).toBe(1);
  });

  it('where somebody else has cordoned it', async () => {
    const work = setUp();
    work.sick('gpu-1');
    work.cluster.change('gpu-1', (node) => ({ ...node, spec: { ...node.spec, unschedulable: true } }));
    await expectNot(work, 'somebody else has cordoned the node');
  });

  it('where the Node was created anew since it was looked at', async () => {
    const work = setUp();
    work.sick('gpu-1', AFTER, { sick: { since: 1, nodeUid: 'old' } });
    work.cluster.change('gpu-1', (node) => ({ ...node, metadata: { ...node.metadata, uid: 'new' } }));
    await expectNot(work, 'the Node was created anew');
  });

  it('where it is all of its pool', async () => {
    const work = setUp();
    work.sick('gpu-1');
    work.cluster.change('gpu-1', (node) => ({
      ...node,
      metadata: { ...node.metadata, labels: { ...node.metadata.labels, 'restitch.dev/pool': 'single' } },
    }));
    await expectNot(work, 'it is all of pool single');
  });
});

describe('more sick nodes than the budget allows', () => {
  it('the longest sick are tainted, the others wait, and follow when capacity is given back', async () => {
    const work = setUp();
    work.sick('gpu-1', AFTER);
    work.sick('gpu-2', AFTER + 20);
    work.sick('gpu-3', AFTER + 10);
    expect(await work.pass()).toBe(2);
    expect(await work.taints('gpu-1')).toEqual([]);
    expect(await work.words()).toEqual([expect.stringContaining('2 of 10 nodes of pool gpu are out of service')]);
    await work.cluster.releaseClaim('gpu-2', { incidentId: 'lab-1.gpu-2.1', stackId: 'stack-1' });
    await work.store.update('lab-1.gpu-2.1', (incident) => ({ ...incident, phase: 'closed' }));
    expect(await work.pass()).toBe(1);
    expect(await work.taints('gpu-1')).toEqual([gate]);
    expect((await work.capacity.read()).map(({ node }) => node).toSorted()).toEqual(['gpu-1', 'gpu-3']);
  });
});

describe('a person who removes the taint', () => {
  const untaint = (work: ReturnType<typeof setUp>, how: 'taint' | 'taint and annotation') =>
    work.cluster.change('gpu-1', (node) => {
      const { [CLAIM_ANNOTATION]: claim = '', ...annotations } = node.metadata.annotations;
      const kept = how === 'taint' ? { ...annotations, [CLAIM_ANNOTATION]: claim } : annotations;
      return { ...node, metadata: { ...node.metadata, annotations: kept }, spec: { ...node.spec, taints: [] } };
    });

  it.each([
    ['held', 'taint'],
    ['held', 'taint and annotation'],
    ['handed-over', 'taint and annotation'],
  ] as const)('of a node whose incident is %s is respected for the cool-off (%s)', async (phase, how) => {
    const work = setUp();
    work.sick('gpu-1', AFTER, { phase });
    await work.pass();
    untaint(work, how);
    for (let minute = 0; minute < 59; minute++) {
      work.hand.advanceSeconds(60);
      expect(await work.pass()).toBe(0);
      expect(readClaim((await work.nodeOf()) ?? expect.fail()).type).toBe('none');
    }
    expect(await work.taints()).toEqual([]);
    expect(await work.capacity.read()).toEqual([]);
    work.hand.advanceSeconds(120);
    expect(await work.pass()).toBe(1);
  });

  it('wakes the run that waits for an answer, which ends by itself', async () => {
    const work = setUp();
    work.sick('gpu-1', AFTER, { phase: 'awaiting-approval', pending: { callbackId: 'cb', approvalId: 'a' } });
    work.engine.openCallback('cb');
    await work.pass();
    untaint(work, 'taint');
    await work.pass();
    expect(work.engine.completed.map(({ callbackId }) => callbackId)).toEqual(['cb']);
  });
});

describe('a pass that dies', () => {
  it.each(['placeClaim', 'appendReceipt'] as const)('at %s is completed by the next one', async (where) => {
    const work = setUp();
    work.sick('gpu-1');
    const { placeClaim } = work.cluster;
    const { appendReceipt } = work.store;
    const die = () => Promise.reject(new Error('died'));
    if (where === 'placeClaim') work.cluster.placeClaim = die;
    else work.store.appendReceipt = die;
    expect(await work.pass()).toBe(0);
    Object.assign(work.cluster, { placeClaim });
    Object.assign(work.store, { appendReceipt });
    work.hand.advanceSeconds(60);
    expect(await work.pass()).toBe(1);
    expect(await work.taints()).toEqual([gate]);
    expect(await work.capacity.read()).toHaveLength(1);
    expect((await work.incident())?.gatedAt).toBe(work.clock());
  });

  it('leaves nothing on a node whose incident closed meanwhile', async () => {
    const work = setUp();
    work.sick('gpu-1');
    const { placeClaim } = work.cluster;
    work.cluster.placeClaim = async (...claim) => {
      await work.store.update('lab-1.gpu-1.1', (incident) => ({ ...incident, phase: 'closed' }));
      return placeClaim(...claim);
    };
    await work.pass();
    await work.sweep();
    expect(await work.taints()).toEqual([]);
    expect(await work.capacity.read()).toEqual([]);
  });
});
