import { describe, expect, it } from 'vitest';
import type { AutonomyLevel } from '../../../core/safety/autonomy.ts';
import type { GuardName } from '../../../core/safety/guards/guard.ts';
import { guardStage } from '../../../core/safety/guards/guard-stage.ts';
import type { StageSnapshot } from '../../../core/safety/guards/stage-snapshot.ts';
import { CLAIM_ANNOTATION } from '../../../core/safety/node-claim.ts';
import { claimOf } from '../../fakes/node-object.ts';
import { quietStanding } from '../../fakes/quiet-standing.ts';
import { bounce, snapshot } from '../../fakes/stage-snapshot.ts';

describe('the record of a stage that may act', () => {
  it('has what every guard looked at', () => {
    const { verdict, guard, decisions } = guardStage(snapshot());
    expect([verdict, guard]).toEqual([{ type: 'allow' }, null]);
    const { pauseSubject, memoryLimits, breakerLimits, autonomy, leases, leaseLimits, windows } = quietStanding();
    const { class: faultClass, cause, confidence, hostAtFault, planes } = snapshot().diagnosis;
    const { mayAct: _, ...seen } = planes;
    expect(Object.fromEntries(decisions.map(({ guard: name, inputs }) => [name, inputs]))).toEqual({
      paused: { subject: pauseSubject, pause: null },
      target: {
        cluster: 'lab',
        clusters: ['lab'],
        nodes: [{ name: 'gpu-1', uid: 'uid-of-gpu-1', firstUid: 'uid-of-gpu-1', machineId: null }],
        answers: [{ host: 'gpu-1', instance: 'mi-gpu-1', hostname: 'gpu-1', machineId: null }],
      },
      diagnosis: { class: faultClass, cause, confidence, minConfidence: 0.6 },
      'three-planes': { ...seen, sendsCommands: true, leases, leaseLimits },
      plan: { hosts: ['gpu-1'], routeTables: [] },
      localise: { hostAtFault, node: 'gpu-1' },
      person: { handsOff: null, hold: null },
      claim: { claim: null, cordoned: false },
      memory: { limits: memoryLimits, hosts: [{ host: 'gpu-1', acts: 0, incidents: 0, lastAct: null }] },
      budget: { takes: [] },
      breaker: {
        limits: breakerLimits,
        breakers: [
          ['pool=gpu', 'closed'],
          ['cluster=lab', 'closed'],
        ],
      },
      maintenance: { disturbs: false, windows },
      approval: { rule: 'none', approveByPolicy: false, approvalRule: null, asks: [], earned: false },
      autonomy,
    });
  });

  it('has the scopes of the budget for one that takes a node', () => {
    const budget = guardStage(snapshot(bounce)).decisions.find(({ guard }) => guard === 'budget');
    expect(budget?.inputs).toMatchObject({ takes: ['gpu-1'], scopes: [{ scope: 'pool gpu', members: 2 }, {}, {}, {}] });
  });
});

describe('the record of a stage that may not act', () => {
  const inputsOf = (change: Partial<StageSnapshot>, name: GuardName) =>
    guardStage(snapshot(change)).decisions.find(({ guard }) => guard === name)?.inputs;
  const nodeWith = (unschedulable: boolean, text: string) => ({
    ...snapshot().node,
    metadata: { ...snapshot().node.metadata, annotations: { [CLAIM_ANNOTATION]: text } },
    spec: { ...snapshot().node.spec, unschedulable },
  });

  it.each([true, false])('has the claim and whether the node is cordoned: %s', (cordoned) => {
    const claim = claimOf({ incidentId: 'lab.gpu-2.1', expiresAt: 2_000 });
    expect(inputsOf({ node: nodeWith(cordoned, JSON.stringify(claim)) }, 'claim')).toEqual({ claim, cordoned });
    expect(inputsOf({ node: nodeWith(cordoned, '?') }, 'claim')).toEqual({ claim: 'unreadable', cordoned });
  });

  it.each<[AutonomyLevel, 'act' | 'shadow']>([
    ['shadow', 'act'],
    ['approve', 'act'],
    ['auto', 'act'],
    ['auto', 'shadow'],
  ])('has what was earned: %s, in mode %s', (level, mode) => {
    const autonomy = { mode, earned: true, level };
    expect(inputsOf({ standing: quietStanding({ autonomy }) }, 'autonomy')).toEqual(autonomy);
  });

  it('has the hosts and the route tables of its plan', () => {
    const table = { table: 'rtb-1', destination: '10.200.0.0/24', target: 'i-1', hub: 'hub-1', now: null };
    const plan = { device: null, hosts: [], routeTables: [table], beyond: [] };
    expect(inputsOf({ plan }, 'plan')).toEqual({ hosts: [], routeTables: ['rtb-1'] });
    expect(inputsOf({ plan: null }, 'plan')).toEqual({ hosts: [], routeTables: [] });
  });

  it.each([
    ['hub-1', 'the fault lies on hub-1, not on the node'],
    [null, 'the fault lies on no host of the fleet, not on the node'],
  ])('says where the fault lies: %s', (hostAtFault, reason) => {
    const diagnosis = { ...snapshot().diagnosis, hostAtFault };
    const { decisions } = guardStage(snapshot({ plan: null, diagnosis }));
    expect(decisions.find(({ guard }) => guard === 'localise')?.verdict).toEqual({ type: 'deny', reason });
  });
});

describe('what was done to the host lately', () => {
  const incident = (number: number) => ({ incidentId: `lab.gpu-1.${number}`, at: 0 });
  const memories = (count: number) => [
    { host: 'hub-1', memory: undefined },
    {
      host: 'gpu-1',
      memory: { acts: [], troubles: Array.from({ length: count }, (_, index) => incident(index)), undone: null },
    },
  ];

  it.each([
    [2, 'approval'],
    [3, 'memory'],
  ])('keeps a stage back that is not the gentlest, by any of the hosts: %i incidents', (count, guard) => {
    const standing = quietStanding({ memories: memories(count) });
    const judged = guardStage(snapshot({ ...bounce, standing }));
    expect(judged.guard).toBe(guard);
    if (guard === 'memory')
      expect(judged.verdict).toMatchObject({ reason: expect.stringContaining('gpu-1 is flapping') });
    expect(guardStage(snapshot({ standing })).verdict).toEqual({ type: 'allow' });
    const { inputs } = guardStage(snapshot({ standing })).decisions.find((each) => each.guard === 'memory') ?? {};
    expect(inputs).toMatchObject({
      hosts: [
        { host: 'hub-1', incidents: 0 },
        { host: 'gpu-1', incidents: count },
      ],
    });
  });

  it('is shown with the last act', () => {
    const act = (at: number) => ({
      at,
      operationKey: `k${at}`,
      incidentId: 'lab.gpu-1.0',
      run: 1,
      stage: 'reconcile' as const,
      class: 'vxlan-wedge' as const,
      cause: 'fdb-missing',
      pool: 'gpu',
      outcome: 'healed' as const,
    });
    const memory = { acts: [act(1), act(2), act(3)], troubles: [], undone: null };
    const { decisions } = guardStage(snapshot({ standing: quietStanding({ memories: [{ host: 'gpu-1', memory }] }) }));
    expect(decisions.find(({ guard }) => guard === 'memory')?.inputs).toMatchObject({
      hosts: [{ host: 'gpu-1', acts: 3, lastAct: act(3) }],
    });
  });
});

describe('while a breaker is open', () => {
  const open = { since: 0, reason: 'many nodes', by: null, held: [], canary: null };

  it('nothing acts', () => {
    const standing = quietStanding({ breakers: { cluster: 'lab', broken: [], tripped: { 'pool=gpu': open } } });
    expect(guardStage(snapshot({ standing }))).toMatchObject({
      verdict: { type: 'deny', reason: 'the breaker pool=gpu is open: many nodes' },
      guard: 'breaker',
    });
  });

  it.each<[string, object | null, boolean, string]>([
    ['without a canary, the cheapest rung acts', null, true, 'allow'],
    ['without a canary, no other rung acts', null, false, 'deny'],
    ['the canary itself acts', { incidentId: 'lab.gpu-1.1', node: 'gpu-1', at: 1_000_000 }, true, 'allow'],
    ['nobody beside the canary acts', { incidentId: 'lab.gpu-2.1', node: 'gpu-2', at: 1_000_000 }, true, 'deny'],
  ])('and half-open: %s', (_, canary, cheapest, type) => {
    const tripped = { 'pool=gpu': { ...open, canary: canary as null } };
    const standing = quietStanding({ cheapest, breakers: { cluster: 'lab', broken: [], tripped } });
    const { decisions } = guardStage(snapshot({ standing, now: 1_000_000 }));
    const breaker = decisions.find(({ guard }) => guard === 'breaker');
    expect(breaker).toMatchObject({
      verdict: { type },
      inputs: {
        breakers: [
          ['pool=gpu', 'half-open'],
          ['cluster=lab', 'closed'],
        ],
      },
    });
  });
});
