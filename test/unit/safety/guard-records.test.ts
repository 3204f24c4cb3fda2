import { describe, expect, it } from 'vitest';
import { guardStage } from '../../../core/safety/guards/guard-stage.ts';
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
    expect(guardStage(snapshot({ ...bounce, standing })).guard).toBe(guard);
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
    const memory = { acts: [act(1), act(2)], troubles: [], undone: null };
    const { decisions } = guardStage(snapshot({ standing: quietStanding({ memories: [{ host: 'gpu-1', memory }] }) }));
    expect(decisions.find(({ guard }) => guard === 'memory')?.inputs).toMatchObject({
      hosts: [{ host: 'gpu-1', acts: 2, lastAct: act(2) }],
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
});
