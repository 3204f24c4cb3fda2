import { describe, expect, it } from 'vitest';
import type { ExecutionStatus } from '../../../core/incident/execution-engine.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import { readClaim } from '../../../core/safety/node-claim.ts';
import { sweep } from '../../../functions/sweep/sweep.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeCluster } from '../../fakes/fake-cluster.ts';
import { createInMemoryApprovalStore } from '../../fakes/in-memory-approval-store.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';
import { createInMemoryIncidentStore } from '../../fakes/in-memory-incident-store.ts';
import { createInMemoryNodeDirectory } from '../../fakes/in-memory-node-directory.ts';
import { createInMemorySafetyRecords } from '../../fakes/in-memory-safety-records.ts';
import { claimOf } from '../../fakes/node-object.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { approvalOf, incidentOf } from '../../fakes/sample-records.ts';

const settings = { clusters: ['lab'], recheckSeconds: 300, startGraceSeconds: 120, stackId: 'stack-1' };

function createFloor(execution: ExecutionStatus = { status: 'running' }) {
  const clock = createFakeClock(incidentOf().updatedAt);
  const store = createInMemoryIncidentStore();
  const approvals = createInMemoryApprovalStore();
  const cluster = createFakeCluster();
  const started: string[] = [];
  const completed: string[] = [];
  const engine = {
    start: async (name: string) => {
      started.push(name);
      return 'started' as const;
    },
    completeCallback: async (callbackId: string) => {
      completed.push(callbackId);
      return 'completed' as const;
    },
    describe: async () => execution,
  };
  const ports = {
    store,
    directory: createInMemoryNodeDirectory(),
    approvals,
    engine,
    cluster,
    capacity: createInMemoryCapacityLedger(),
    safety: createInMemorySafetyRecords(),
    clock: clock.now,
    log: createRecordingLog(),
  };
  return {
    ...ports,
    clock,
    cluster,
    started,
    completed,
    sweep: () => sweep(ports, settings),
    seed: (parts: Partial<Incident>) => store.seed(incidentOf(parts)),
  };
}

describe('an incident at work', () => {
  it.each(['failed', 'absent', 'timed-out', 'stopped', 'succeeded'] as const)(
    'whose execution is %s gets another run',
    async (status) => {
      const floor = createFloor({ status });
      floor.seed({ phase: 'repairing' });
      floor.clock.advanceSeconds(120);
      expect(await floor.sweep()).toMatchObject({ restartedIncidents: 1 });
      expect(floor.started).toEqual(['lab-1_gpu-1_1-2']);
    },
  );

  it('whose execution is alive, or too young to be seen, is left alone', async () => {
    const alive = createFloor();
    alive.seed({ phase: 'repairing' });
    alive.clock.advanceSeconds(3_600);
    const young = createFloor({ status: 'absent' });
    young.seed({ phase: 'opened' });
    young.clock.advanceSeconds(119);
    expect([await alive.sweep(), await young.sweep()]).toMatchObject([
      { restartedIncidents: 0 },
      { restartedIncidents: 0 },
    ]);
  });

  it('that broke down five times goes to a person instead of a sixth attempt', async () => {
    const floor = createFloor({ status: 'failed', reason: 'TypeError' });
    floor.seed({ phase: 'repairing', run: 5 });
    floor.clock.advanceSeconds(120);
    await floor.sweep();
    expect(floor.started).toEqual([]);
    expect((await floor.store.get('lab-1.gpu-1.1'))?.phase).toBe('handed-over');
    expect((await floor.store.readReceipt('lab-1.gpu-1.1')).at(-1)?.summary).toContain('TypeError');
  });
});

describe('an incident at rest', () => {
  it.each([
    [1, 299, 0],
    [1, 300, 1],
    [3, 899, 0],
    [3, 900, 1],
    [40, 3_599, 0],
    [40, 3_600, 1],
  ])('after %i runs and %i s is looked at %i times', async (run, seconds, rechecks) => {
    const floor = createFloor();
    floor.seed({ phase: 'handed-over', run });
    floor.clock.advanceSeconds(seconds);
    expect(await floor.sweep()).toMatchObject({ rechecks });
  });
});

describe('a question that nobody answered', () => {
  it.each([
    [-1, 0, 'pending'],
    [0, 1, 'expired'],
  ])('%i s after its end: %i settled, it is %s', async (seconds, expiredApprovals, status) => {
    const floor = createFloor();
    const approval = await floor.approvals.create(approvalOf({ callbackId: 'callback-1' }));
    floor.clock.advanceSeconds((approval.expiresAt - floor.clock.now()) / 1_000 + seconds);
    expect(await floor.sweep()).toMatchObject({ expiredApprovals });
    expect((await floor.approvals.get(approval.approvalId))?.status).toBe(status);
    expect(floor.completed).toEqual(status === 'expired' ? ['callback-1'] : []);
  });
});

describe('a claim on a node', () => {
  const claimed = async (incident: Partial<Incident> | undefined) => {
    const floor = createFloor();
    if (incident !== undefined) floor.seed(incident);
    await floor.cluster.placeClaim(
      'gpu-1',
      claimOf({ incidentId: 'lab-1.gpu-1.1', expiresAt: floor.clock.now() + 1_000 }),
      floor.clock.now(),
    );
    const report = await floor.sweep();
    const node = await floor.cluster.getNode('gpu-1');
    return { released: report.releasedClaims, claim: node === undefined ? undefined : readClaim(node).type };
  };

  it('is released when its incident is closed, or was never known', async () => {
    expect(await claimed({ phase: 'closed', outcome: 'repaired' })).toEqual({ released: 1, claim: 'none' });
    expect(await claimed(undefined)).toEqual({ released: 1, claim: 'none' });
  });

  it('stays while its incident is open', async () => {
    expect(await claimed({ phase: 'handed-over' })).toEqual({ released: 0, claim: 'ours' });
  });
});

describe('a claim of another deployment', () => {
  const sweptWith = async (claim: Parameters<typeof claimOf>[0], incident?: Partial<Incident>) => {
    const floor = createFloor();
    if (incident !== undefined) floor.seed(incident);
    await floor.cluster.placeClaim('gpu-1', claimOf({ incidentId: 'lab-1.gpu-1.1', ...claim }), floor.clock.now());
    await floor.sweep();
    const node = await floor.cluster.getNode('gpu-1');
    return node === undefined ? undefined : readClaim(node).type;
  };
  const now = incidentOf().updatedAt;

  it('stays while it is live, whatever our table knows of an incident of that name', async () => {
    expect(await sweptWith({ stackId: 'stack-2', expiresAt: now + 1 })).toBe('ours');
    expect(await sweptWith({ stackId: 'stack-2', expiresAt: now + 1 }, { phase: 'closed' })).toBe('ours');
  });

  it('is released when it has expired', async () => {
    expect(await sweptWith({ stackId: 'stack-2', expiresAt: now })).toBe('none');
  });

  it('may be one of version 0.1.0, which is ours where we know its incident', async () => {
    expect(await sweptWith({ stackId: undefined, expiresAt: now + 1 })).toBe('ours');
    expect(await sweptWith({ stackId: undefined, expiresAt: now + 1 }, { phase: 'closed' })).toBe('none');
  });
});

describe('a quarantined node that a person uncordons', () => {
  it('gets its next run at once, which ends the incident', async () => {
    const floor = createFloor();
    floor.seed({ phase: 'handed-over', claimed: true });
    const claim = claimOf({ incidentId: 'lab-1.gpu-1.1', level: 'quarantined', expiresAt: floor.clock.now() + 1_000 });
    await floor.cluster.placeClaim('gpu-1', claim, floor.clock.now());
    await floor.sweep();
    expect(floor.started).toEqual([]);
    floor.cluster.change('gpu-1', (node) => ({ ...node, spec: { ...node.spec, unschedulable: false } }));
    await floor.sweep();
    expect(floor.started).toEqual(['lab-1_gpu-1_1-2']);
  });
});

describe('an incident that waits for the end of a pause', () => {
  const pauseUntil = (floor: ReturnType<typeof createFloor>, until: number) =>
    floor.safety.pauses.change('all', () => ({
      pauses: [{ scope: { type: 'all' }, reason: 'a release', by: 'ann', since: 0, until }],
    }));

  it.each([
    ['goes on in the first pass after it', 'paused' as const, 1, 1],
    ['waits while it lasts', 'paused' as const, 2, 0],
    ['waits for its usual pause where it waits for something else', undefined, 1, 0],
    ['goes on when no breaker of its cluster is open', 'breaker' as const, 1, 1],
  ])('%s', async (_, waitsFor, seconds, rechecks) => {
    const floor = createFloor();
    floor.seed({ phase: 'handed-over', ...(waitsFor === undefined ? {} : { waitsFor }) });
    await pauseUntil(floor, floor.clock.now() + seconds * 1_000);
    floor.clock.advanceSeconds(1);
    expect(await floor.sweep()).toMatchObject({ rechecks });
    expect(floor.started).toHaveLength(rechecks);
  });
});

describe('reserved capacity', () => {
  const slotOf = (incidentId: string, expiresAt: number) => ({
    node: 'gpu-1',
    incidentId,
    operationKey: 'k',
    expiresAt,
  });

  it.each([
    ['of a closed incident', { phase: 'closed' as const }, 1, 1],
    ['of an incident that was handed over and holds nothing', { phase: 'handed-over' as const }, 1, 1],
    ['of an incident that was held and holds nothing', { phase: 'held' as const }, 1, 1],
    ['of a quarantined node', { phase: 'handed-over' as const, claimed: true }, 1, 0],
    ['of an incident at work', { phase: 'repairing' as const }, 1, 0],
    ['of an incident that nobody knows', undefined, 1, 1],
    ['that has expired', { phase: 'repairing' as const }, 0, 1],
  ])('%s', async (_, incident, left, freedSlots) => {
    const floor = createFloor();
    if (incident !== undefined) floor.seed(incident);
    await floor.capacity.update(() => [slotOf('lab-1.gpu-1.1', floor.clock.now() + left)]);
    expect(await floor.sweep()).toMatchObject({ freedSlots });
    expect(await floor.capacity.read()).toHaveLength(1 - freedSlots);
  });

  it('that was reserved again meanwhile is kept', async () => {
    const floor = createFloor();
    const stale = slotOf('lab-1.gpu-1.1', floor.clock.now() + 1);
    await floor.capacity.update(() => [{ ...stale, operationKey: 'next run' }]);
    const capacity = { ...floor.capacity, read: async () => [stale] };
    await sweep({ ...floor, capacity, clock: floor.clock.now }, settings);
    expect(await floor.capacity.read()).toHaveLength(1);
  });
});

describe('the node directory', () => {
  it('learns the addresses of the nodes, and forgets those that are gone', async () => {
    const floor = createFloor();
    await floor.sweep();
    expect(await floor.directory.find({ cluster: 'lab', node: '10.200.0.11' }, floor.clock.now())).toBe('gpu-1');
    floor.cluster.change('gpu-1', (node) => ({ ...node, status: {} }));
    await floor.sweep();
    expect(await floor.directory.find({ cluster: 'lab', node: '10.200.0.11' }, floor.clock.now())).toBeUndefined();
  });

  it('that cannot be written does not keep a claim from being released', async () => {
    const floor = createFloor();
    await floor.cluster.placeClaim('gpu-1', claimOf(), floor.clock.now());
    const directory = { ...floor.directory, keep: () => Promise.reject(new Error('throttled')) };
    const report = await sweep({ ...floor, directory, clock: floor.clock.now }, settings);
    expect(report).toMatchObject({ releasedClaims: 1 });
    expect(floor.log.of('sweep-part-failed')).toMatchObject([{ part: 'directory' }]);
  });
});

describe('the open incidents', () => {
  it('are listed once in a pass', async () => {
    const floor = createFloor();
    let listings = 0;
    const listOpen = () => {
      listings += 1;
      return floor.store.listOpen();
    };
    await sweep({ ...floor, store: { ...floor.store, listOpen }, clock: floor.clock.now }, settings);
    expect(listings).toBe(1);
  });
});

describe('when one part of the sweep fails', () => {
  it('the others still do their work', async () => {
    const floor = createFloor({ status: 'failed' });
    floor.seed({ phase: 'repairing' });
    floor.clock.advanceSeconds(120);
    const cluster = { ...floor.cluster, listNodes: () => Promise.reject(new Error('no answer')) };
    const report = await sweep({ ...floor, cluster, clock: floor.clock.now }, settings);
    expect(report).toMatchObject({ restartedIncidents: 1, releasedClaims: 0 });
    expect(floor.log.of('sweep-part-failed')).toHaveLength(1);
  });
});
