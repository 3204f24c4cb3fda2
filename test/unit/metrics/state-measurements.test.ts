import { describe, expect, it } from 'vitest';
import { type StateSnapshot, stateMeasurements } from '../../../core/metrics/state-measurements.ts';
import { newBreakers } from '../../../core/safety/breaker.ts';
import { annotated, claimOf, nodeWith } from '../../fakes/node-object.ts';
import { approvalOf, incidentOf } from '../../fakes/sample-records.ts';
import { outsideOfList } from './allowed-sets.ts';

const NOW = Date.parse('2026-11-22T03:00:00Z');
const MINUTE = 60_000;

const quiet: StateSnapshot = {
  cluster: 'lab-1',
  stackId: 'stack-1',
  open: [],
  pending: [],
  nodes: [],
  slots: [],
  breakers: null,
  pauses: null,
  now: NOW,
};

/** Metric, with its class or scope, to its value. */
function figures(parts: Partial<StateSnapshot> = {}): Readonly<Record<string, unknown>> {
  const measurements = stateMeasurements({ ...quiet, ...parts });
  expect(outsideOfList(measurements)).toEqual([]);
  expect(measurements.every(({ by }) => by.Cluster === 'lab-1')).toBe(true);
  return Object.fromEntries(
    measurements.map(({ metric, value, by }) => [[metric, by.Class ?? by.Scope ?? []].flat().join(' '), value]),
  );
}

const claimed = (parts: Parameters<typeof claimOf>[0]) => nodeWith({ annotations: annotated(claimOf(parts)) });

describe('the figures of a quiet cluster', () => {
  it('are zeros, so that a graph goes back to nothing', () => {
    expect(figures()).toEqual({
      OpenIncidents: 0,
      OldestIncidentSeconds: 0,
      HeldIncidents: 0,
      AwaitingApprovalIncidents: 0,
      HandedOverIncidents: 0,
      OldestApprovalSeconds: 0,
      Claims: 0,
      OrphanClaims: 0,
      ReservedNodes: 0,
      OpenBreakers: 0,
      PausesInForce: 0,
    });
  });
});

describe('the figures of open incidents', () => {
  const open = [
    incidentOf({ incidentId: 'a', phase: 'held', openedAt: NOW - 3 * MINUTE }),
    incidentOf({ incidentId: 'b', phase: 'handed-over', diagnosis: 'tunnel-down', openedAt: NOW - 9 * MINUTE }),
    incidentOf({ incidentId: 'c', phase: 'awaiting-approval', openedAt: NOW - MINUTE }),
    incidentOf({ incidentId: 'd', target: { cluster: 'other', node: 'gpu-1' }, openedAt: 0 }),
  ];

  it('count those of the cluster, by phase and by what they are about, and how long the oldest is open', () => {
    expect(figures({ open })).toMatchObject({
      OpenIncidents: 3,
      'OpenIncidents vxlan-wedge': 2,
      'OpenIncidents tunnel-down': 1,
      OldestIncidentSeconds: 540,
      HeldIncidents: 1,
      HandedOverIncidents: 1,
      AwaitingApprovalIncidents: 1,
    });
  });
});

describe('the figures of questions', () => {
  it('tell how long the oldest one of the cluster waits', () => {
    const pending = [
      approvalOf({ requestedAt: NOW - 2 * MINUTE }),
      approvalOf({ requestedAt: NOW - 7 * MINUTE }),
      approvalOf({ requestedAt: 0, target: { cluster: 'other', node: 'gpu-1' } }),
    ];
    expect(figures({ pending })).toMatchObject({ OldestApprovalSeconds: 420 });
  });
});

describe('the figures of claims', () => {
  const open = [incidentOf({ incidentId: 'known' })];

  it('count ours, and those whose incident is not open any more', () => {
    const nodes = [claimed({ incidentId: 'known' }), claimed({ incidentId: 'gone' }), nodeWith()];
    expect(figures({ nodes, open })).toMatchObject({ Claims: 2, OrphanClaims: 1 });
  });

  it('leave out what belongs to another deployment, and what nobody can read', () => {
    const foreign = claimed({ incidentId: 'gone', stackId: 'stack-2' });
    const unreadable = nodeWith({ annotations: { 'restitch.dev/claim': 'mine' } });
    expect(figures({ nodes: [foreign, unreadable], open })).toMatchObject({ Claims: 0, OrphanClaims: 0 });
  });

  it('call no claim an orphan where the open incidents could not be read', () => {
    const said = figures({ nodes: [claimed({ incidentId: 'known' })], open: undefined });
    expect(said).toMatchObject({ Claims: 1 });
    expect(said).not.toHaveProperty('OrphanClaims');
  });
});

describe('the figures of what limits the work', () => {
  const slot = { node: 'gpu-1', incidentId: 'a', operationKey: 'a.bounce.1', expiresAt: NOW + 1 };

  it('count a node once, until its reservation ends', () => {
    const slots = [slot, { ...slot, operationKey: 'b' }, { ...slot, node: 'gpu-2', expiresAt: NOW }];
    expect(figures({ slots })).toMatchObject({ ReservedNodes: 1 });
  });

  it('count breakers that are not closed, in all and by scope', () => {
    const tripped = { since: 0, reason: 'many', by: null, held: [], canary: null };
    const breakers = {
      ...newBreakers('lab-1'),
      tripped: { 'site=dc-a': tripped, 'site=dc-b': tripped, 'cluster=lab-1': tripped },
    };
    expect(figures({ breakers })).toMatchObject({
      OpenBreakers: 3,
      'OpenBreakers site': 2,
      'OpenBreakers cluster': 1,
    });
  });

  it('count the pauses that are in force here', () => {
    const pause = { reason: 'upgrade', by: 'ann', since: 0, until: null };
    const pauses = {
      pauses: [
        { ...pause, scope: { type: 'all' as const } },
        { ...pause, scope: { type: 'cluster' as const, cluster: 'other' } },
        { ...pause, scope: { type: 'pool' as const, pool: 'a100' }, until: NOW },
        { ...pause, scope: { type: 'cluster' as const, cluster: 'lab-1' } },
      ],
    };
    expect(figures({ pauses })).toMatchObject({ PausesInForce: 2 });
  });
});

describe('what could not be read', () => {
  it('has no figure: it is not 0', () => {
    const unread = { open: undefined, pending: undefined, nodes: undefined, slots: undefined };
    expect(figures({ ...unread, breakers: undefined, pauses: undefined })).toEqual({});
  });
});
