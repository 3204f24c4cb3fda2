import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../core/incident/incident.ts';
import { capacityOfCluster } from '../../../core/safety/capacity-of-cluster.ts';
import type { ServedClusters } from '../../../functions/served-cluster.ts';
import { onePass, type PassShare } from '../../../functions/sweep/one-pass.ts';
import { isOfShare, storesOfShare } from '../../../functions/sweep/share-of-cluster.ts';
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
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { createRecordingMetrics } from '../../fakes/recording-metrics.ts';
import { approvalOf, incidentOf, workItemOf } from '../../fakes/sample-records.ts';

const served: ServedClusters = [
  { names: ['west'], takesUnnamed: false, instanceTag: 'tag', routeTables: [] },
  { names: ['east'], takesUnnamed: false, instanceTag: 'tag', routeTables: [] },
];

/** Two clusters with the same nodes, each with its own API and Alertmanager, one table. */
function setUp() {
  const clock = createFakeClock();
  const store = createInMemoryIncidentStore();
  const approvals = createInMemoryApprovalStore();
  const capacity = createInMemoryCapacityLedger();
  const engine = createFakeEngine();
  const log = createRecordingLog();
  const metrics = createRecordingMetrics();
  const directory = createInMemoryNodeDirectory();
  const shared = {
    ...{ engine, log, metrics, directory, clock: clock.now },
    safety: createInMemorySafetyRecords(),
    locks: createInMemoryHostLocks(),
    passName: () => 'pass-1',
  };
  const placeOf = (index: number, name: string) => {
    const cluster = createFakeCluster();
    const alerts = createFakeAlertmanager();
    const share: PassShare = {
      ports: {
        ...shared,
        ...storesOfShare({ store, approvals }, isOfShare(served, index)),
        cluster,
        alerts,
        capacity: capacityOfCluster(capacity, { names: [name], takesUnnamed: index === 0 }),
      },
      settings: {
        recheckSeconds: 300,
        startGraceSeconds: 120,
        stackId: 'stack-1',
        alertRules: {
          rules: { clusterLabels: ['cluster'], nodeLabels: ['node'], defaultCluster: null },
          clusters: [name],
        },
      },
    };
    return { cluster, alerts, share };
  };
  const [west, east] = [placeOf(0, 'west'), placeOf(1, 'east')];
  return {
    ...{ clock, store, approvals, engine, log, metrics, directory, west, east },
    seed: (parts: Partial<Incident>) => store.seed(incidentOf({ updatedAt: clock.now(), ...parts })),
    pass: () => onePass([west.share, east.share]),
  };
}

const targetIn = (cluster: string) => ({ cluster, node: 'gpu-1' });

describe('a pass for two clusters', () => {
  it('works on the other one where the API of one does not answer, and leaves its heartbeat alone', async () => {
    const { west, log, pass } = setUp();
    west.cluster.listNodes = () => Promise.reject(new Error('no route to host'));
    expect(await pass()).toMatchObject({ type: 'done', failedParts: ['claims'] });
    expect(log.of('sweep-heartbeat')).toMatchObject([{ cluster: 'east' }]);
  });

  it('does not take the silence of one Alertmanager for the end of an alert of the other cluster', async () => {
    const { west, east, seed, store, clock, pass } = setUp();
    const item = workItemOf({ target: targetIn('east') });
    const { fingerprint, startsAt, status, alertname, summary } = item;
    const alerts = [{ fingerprint, startsAt, status, alertname, summary, lastSeenAt: clock.now() }];
    seed({ incidentId: 'east.gpu-1.1', target: targetIn('east'), phase: 'handed-over', alerts });
    clock.advanceSeconds(3_600);
    for (const place of [west, east]) place.alerts.upSince = 0;
    east.alerts.held.push(heldAlertOf(item));
    expect(await pass()).toMatchObject({ missedEnds: 0, missedAlerts: 0 });
    expect((await store.get('east.gpu-1.1'))?.alerts).toMatchObject([{ status: 'firing' }]);
    east.alerts.held.pop();
    expect(await pass()).toMatchObject({ missedEnds: 1 });
  });

  it('settles each incident and each question once, also of a cluster that is served no more', async () => {
    const { seed, approvals, clock, pass } = setUp();
    for (const cluster of ['west', 'east', 'gone'])
      seed({ incidentId: `${cluster}.gpu-1.1`, target: targetIn(cluster), phase: 'repairing' });
    await approvals.create(approvalOf({ target: targetIn('east'), requestedAt: 0, expiresAt: 1 }));
    clock.advanceSeconds(600);
    expect(await pass()).toMatchObject({ restartedIncidents: 3, expiredApprovals: 1 });
  });

  it('keeps the addresses of both apart', async () => {
    const { directory, west, clock, pass } = setUp();
    west.cluster.listNodes = async () => [];
    await pass();
    const at = (cluster: string) => directory.find({ cluster, node: '10.200.0.11' }, clock.now());
    expect([await at('west'), await at('east')]).toEqual([undefined, 'gpu-1']);
  });

  it('writes the figures of each, and once what failed', async () => {
    const { metrics, pass } = setUp();
    await pass();
    for (const Cluster of ['west', 'east']) expect(metrics.of('SweepHeartbeat', { Cluster })).toEqual([1]);
    expect(metrics.of('SweepFailedParts', {})).toEqual([0]);
  });
});
