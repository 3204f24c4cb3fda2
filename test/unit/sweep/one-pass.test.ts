import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER_LABELS, DEFAULT_NODE_LABELS } from '../../../core/alert/resolve-target.ts';
import type { WorkItem } from '../../../core/alert/work-item.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import type { Cluster } from '../../../core/safety/cluster.ts';
import { onePass } from '../../../functions/sweep/one-pass.ts';
import { createFakeAlertmanager, heldAlertOf } from '../../fakes/fake-alertmanager.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createFakeEngine } from '../../fakes/fake-engine.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryHostLocks } from '../../fakes/in-memory-host-locks.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { claimOf } from '../../fakes/node-object.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { createRecordingMetrics } from '../../fakes/recording-metrics.ts';
import { approvalOf, incidentOf, workItemOf } from '../../fakes/sample-records.ts';

const rules = { clusterLabels: DEFAULT_CLUSTER_LABELS, nodeLabels: DEFAULT_NODE_LABELS, defaultCluster: null };
const settings = {
  recheckSeconds: 300,
  startGraceSeconds: 120,
  stackId: 'stack-1',
  alertRules: { rules, clusters: ['lab-1', 'other-name'] },
};

function setUp() {
  const clock = createFakeClock();
  const alerts = createFakeAlertmanager();
  const cluster = createFakeCluster();
  const store = createInMemoryIncidentStore();
  const engine = createFakeEngine();
  let passes = 0;
  const ports = {
    store,
    alerts,
    engine,
    cluster,
    approvals: createInMemoryApprovalStore(),
    directory: createInMemoryNodeDirectory(),
    capacity: createInMemoryCapacityLedger(),
    safety: createInMemorySafetyRecords(),
    locks: createInMemoryHostLocks(),
    clock: clock.now,
    log: createRecordingLog(),
    metrics: createRecordingMetrics(),
    passName: () => `pass-${++passes}`,
  };
  return {
    ...ports,
    hand: clock,
    pass: () => onePass([{ ports, settings }]),
    seed: (parts: Partial<Incident>) => store.seed(incidentOf({ updatedAt: clock.now(), ...parts })),
  };
}

const alertOf = ({ fingerprint, startsAt, status, alertname, summary, receivedAt }: WorkItem) => ({
  ...{ fingerprint, startsAt, status, alertname, summary },
  lastSeenAt: receivedAt,
});
const MINUTE = 60;

describe('a pass of sweep', () => {
  it('lists the nodes once for all its parts, after what is gated was read', async () => {
    const floor = setUp();
    const order: string[] = [];
    const { listNodes } = floor.cluster;
    floor.cluster.listNodes = () => {
      order.push('nodes');
      return listNodes();
    };
    const prepareGate = async (cluster: Cluster) => {
      order.push('gated');
      return async () => (await cluster.listNodes()).length;
    };
    const report = await onePass([{ ports: { ...floor, prepareGate }, settings }]);
    expect(order).toEqual(['gated', 'nodes']);
    expect(report).toMatchObject({ type: 'done', gatedNodes: (await listNodes()).length });
  });

  it('is alone: another one that comes meanwhile leaves, and the next one works', async () => {
    const floor = setUp();
    const { listNodes } = floor.cluster;
    const others: string[] = [];
    floor.cluster.listNodes = async () => {
      floor.cluster.listNodes = listNodes;
      others.push((await floor.pass()).type);
      return listNodes();
    };
    expect((await floor.pass()).type).toBe('done');
    expect(others).toEqual(['skipped']);
    expect((await floor.pass()).type).toBe('done');
  });

  it.each([
    [5 * MINUTE - 1, 'skipped'],
    [5 * MINUTE, 'done'],
  ])('that died keeps others out for as long as it might have worked: after %i s it is %s', async (seconds, type) => {
    const floor = setUp();
    floor.locks.release = async () => undefined;
    await floor.pass();
    floor.hand.advanceSeconds(seconds);
    expect((await floor.pass()).type).toBe(type);
  });

  it('leaves a heartbeat for each name of the cluster', async () => {
    const floor = setUp();
    await floor.pass();
    expect(floor.log.of('sweep-heartbeat').map(({ cluster }) => cluster)).toEqual(['lab-1', 'other-name']);
  });

  it.each([
    [
      'the Kubernetes API',
      (floor: ReturnType<typeof setUp>) => {
        floor.cluster.listNodes = () => Promise.reject(new Error('no answer'));
      },
    ],
    ['the table', (floor: ReturnType<typeof setUp>) => floor.store.faults.next('listOpen', 'refused')],
    ['Alertmanager', (floor: ReturnType<typeof setUp>) => floor.alerts.faults.next('list', 'refused')],
  ])('leaves none when %s does not answer, and does the rest of its work', async (_, breakIt) => {
    const floor = setUp();
    const asked = await floor.approvals.create(approvalOf());
    floor.hand.advanceSeconds(3_600);
    breakIt(floor);
    expect(await floor.pass()).toMatchObject({ type: 'done', expiredApprovals: 1 });
    expect((await floor.approvals.get(asked.approvalId))?.status).toBe('expired');
    expect(floor.log.of('sweep-heartbeat')).toEqual([]);
    await floor.pass();
    expect(floor.log.of('sweep-heartbeat').length).toBe(_ === 'the Kubernetes API' ? 0 : 2);
  });

  it('asks the Kubernetes API about claimed nodes only, beyond one list', async () => {
    const floor = setUp();
    const asked: string[] = [];
    const { getNode } = floor.cluster;
    floor.cluster.getNode = async (name) => {
      asked.push(name);
      return getNode(name);
    };
    await floor.cluster.placeClaim('gpu-1', claimOf(), floor.clock());
    expect(await floor.pass()).toMatchObject({ releasedClaims: 1 });
    expect(asked).toEqual(['gpu-1']);
  });
});

describe('a question whose incident nobody works on', () => {
  const approval = approvalOf({
    callbackId: 'cb',
    requestedAt: createFakeClock().now(),
    expiresAt: Number.MAX_SAFE_INTEGER,
  });
  const pending = { callbackId: 'cb', approvalId: approval.approvalId };

  it.each([
    ['of an incident that is lost', undefined, 'withdrawn'],
    ['of one that is closed', { phase: 'closed' }, 'withdrawn'],
    ['of one that asks something else', { pending: { callbackId: 'x', approvalId: 'x' } }, 'withdrawn'],
    ['of one that waits for it', { phase: 'awaiting-approval', pending }, 'pending'],
  ] as const)('%s is %3$s', async (_, incident, status) => {
    const floor = setUp();
    floor.engine.openCallback('cb');
    await floor.engine.start('lab-1_gpu-1_1-1', {});
    if (incident !== undefined) floor.seed({ ...incident });
    await floor.approvals.create(approval);
    floor.hand.advanceSeconds(119);
    expect(await floor.pass()).toMatchObject({ withdrawnQuestions: 0 });
    floor.hand.advanceSeconds(1);
    await floor.pass();
    expect((await floor.approvals.get(approval.approvalId))?.status).toBe(status);
    // The execution wakes and finds that the incident is not its own.
    expect(floor.engine.completed.map(({ callbackId }) => callbackId)).toEqual(status === 'withdrawn' ? ['cb'] : []);
  });
});

describe('an alert that Alertmanager has and that never reached us', () => {
  const setUpMissed = (item: WorkItem = workItemOf()) => {
    const floor = setUp();
    floor.alerts.held.push(heldAlertOf({ ...item, startsAt: floor.clock() }));
    return { ...floor, item: { ...item, startsAt: floor.clock() } };
  };

  it.each([
    [5 * MINUTE - 1, 0],
    [5 * MINUTE, 1],
  ])('opens its incident after the time that a webhook may take: after %i s %i', async (seconds, missedAlerts) => {
    const floor = setUpMissed();
    floor.hand.advanceSeconds(seconds);
    expect(await floor.pass()).toMatchObject({ missedAlerts });
    expect(await floor.store.listOpen()).toHaveLength(missedAlerts);
    expect(floor.engine.started).toHaveLength(missedAlerts);
  });

  it('is taken once', async () => {
    const floor = setUpMissed();
    floor.hand.advanceSeconds(600);
    await floor.pass();
    expect(await floor.pass()).toMatchObject({ missedAlerts: 0 });
  });

  it('is left alone when it is silenced, or of another cluster', async () => {
    const floor = setUpMissed(workItemOf({ target: { cluster: 'lab-2', node: 'gpu-1' } }));
    floor.alerts.held.push(heldAlertOf(workItemOf({ fingerprint: 'silenced' }), false));
    floor.hand.advanceSeconds(600);
    expect(await floor.pass()).toMatchObject({ missedAlerts: 0 });
    expect(await floor.store.listRecent(9)).toEqual([]);
  });

  it('is not missed when the last incident was about it, however long that is closed', async () => {
    const floor = setUpMissed();
    floor.seed({ phase: 'closed', outcome: 'self-recovered', closedAt: 0, alerts: [alertOf(floor.item)] });
    floor.hand.advanceSeconds(86_400);
    expect(await floor.pass()).toMatchObject({ missedAlerts: 0 });
  });
});

describe('an alert of ours that Alertmanager no longer has', () => {
  const setUpEnded = () => {
    const floor = setUp();
    const item = workItemOf({ receivedAt: floor.clock() });
    floor.seed({ phase: 'handed-over', alerts: [alertOf(item)] });
    return {
      ...floor,
      item,
      statuses: async () => (await floor.store.listOpen())[0]?.alerts.map(({ status }) => status),
    };
  };

  it.each([
    [5 * MINUTE - 1, 0, 'firing'],
    [5 * MINUTE, 1, 'resolved'],
  ])('has ended, once a webhook would have said so: after %i s', async (seconds, missedEnds, status) => {
    const floor = setUpEnded();
    floor.hand.advanceSeconds(seconds);
    expect(await floor.pass()).toMatchObject({ missedEnds });
    expect(await floor.statuses()).toEqual([status]);
  });

  it('goes on while it is silenced', async () => {
    const floor = setUpEnded();
    floor.alerts.held.push(heldAlertOf(floor.item, false));
    floor.hand.advanceSeconds(600);
    expect(await floor.pass()).toMatchObject({ missedEnds: 0 });
    expect(await floor.statuses()).toEqual(['firing']);
  });

  it.each([
    [15 * MINUTE - 1, 0],
    [15 * MINUTE, 1],
  ])('has not ended because Alertmanager has started again: %i s later', async (seconds, missedEnds) => {
    const floor = setUpEnded();
    floor.hand.advanceSeconds(600);
    floor.alerts.upSince = floor.clock();
    floor.hand.advanceSeconds(seconds);
    expect(await floor.pass()).toMatchObject({ missedEnds });
  });
});

describe('the figures of a pass', () => {
  const eu = { Cluster: 'lab-1' };

  it('are written for each name of the cluster, with a heartbeat', async () => {
    const floor = setUp();
    await floor.seed({ phase: 'held' });
    await floor.pass();
    expect(floor.metrics.of('OpenIncidents', eu)).toEqual([1]);
    expect(floor.metrics.of('HeldIncidents', eu)).toEqual([1]);
    expect(floor.metrics.of('OpenIncidents', { Cluster: 'other-name' })).toEqual([0]);
    expect(floor.metrics.of('SweepHeartbeat', eu)).toEqual([1]);
    expect(floor.metrics.of('SweepFailedParts', {})).toEqual([0]);
  });

  it('say what is known, and no heartbeat, when a part failed', async () => {
    const floor = setUp();
    floor.cluster.listNodes = () => Promise.reject(new Error('no answer'));
    await floor.pass();
    expect(floor.metrics.of('OpenIncidents', eu)).toEqual([0]);
    expect(floor.metrics.of('Claims', eu)).toEqual([]);
    expect(floor.metrics.of('SweepHeartbeat', eu)).toEqual([]);
    expect(floor.metrics.of('SweepFailedParts', {})).toEqual([1]);
    expect(floor.metrics.written.at(-1)?.about).toEqual({ failedParts: ['claims'] });
  });

  it('are never on the way: when what only they read fails, the pass is complete', async () => {
    const floor = setUp();
    floor.safety.breakers.get = () => Promise.reject(new Error('no answer'));
    await floor.pass();
    expect(floor.metrics.of('OpenBreakers', eu)).toEqual([]);
    expect(floor.metrics.of('SweepHeartbeat', eu)).toEqual([1]);
    expect(floor.log.of('figure-not-read')).toHaveLength(2);
  });

  it('need no listing of their own', async () => {
    const floor = setUp();
    const listings: string[] = [];
    const { listOpen } = floor.store;
    floor.store.listOpen = (limit) => {
      listings.push('open');
      return listOpen(limit);
    };
    await floor.pass();
    const { metrics: _, ...unmeasured } = floor;
    const counted = listings.length;
    await onePass([{ ports: unmeasured, settings }]);
    expect(listings).toHaveLength(2 * counted);
  });
});
