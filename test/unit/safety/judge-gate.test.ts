import { describe, expect, it } from 'vitest';
import { type GateSnapshot, judgeGate } from '../../../core/safety/health-gate.ts';
import { annotated, claimOf, nodeWith } from '../../fakes/node-object.ts';

const NOW = 5_000;
const labels = { role: 'role', hub: 'hub', pool: 'pool', site: 'site' };
const wide = { maxPercent: 100, minNodes: 1 };
const limits = { windowSeconds: 600, maxPercent: 30, minNodes: 3, retrySeconds: 900 };
const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

type Node = GateSnapshot['capacity']['nodes'][number];
const named = (name: string, parts: Parameters<typeof nodeWith>[0] = {}): Node => {
  const node = nodeWith(parts);
  return { ...node, metadata: { ...node.metadata, name, uid: `uid-${name}`, labels: { pool: 'gpu' } }, status: ready };
};
const others = ['gpu-2', 'gpu-3'].map((name) => named(name));
const snapshot = (parts: Partial<GateSnapshot> = {}, node = named('gpu-1')): GateSnapshot => ({
  incidentId: 'inc-1',
  cluster: 'lab',
  node: 'gpu-1',
  faultClass: 'vxlan-wedge',
  sick: { since: 0, nodeUid: 'uid-gpu-1' },
  handsOff: undefined,
  capacity: { nodes: [node, ...others], labels, budgets: { pool: wide, site: wide, hub: wide, cluster: wide } },
  slots: [],
  pauses: undefined,
  breakers: { cluster: 'lab', broken: [], tripped: {} },
  breakerLimits: limits,
  now: NOW,
  ...parts,
});
const pausing = (scope: object) => ({
  pauses: { pauses: [{ scope, reason: 'a release', by: 'ann', since: 0, until: null }] } as GateSnapshot['pauses'],
});
const open = { since: NOW, reason: 'many nodes', by: null, held: [], canary: null };
const tripped = (name: string, since = NOW) => ({
  breakers: { cluster: 'lab', broken: [], tripped: { [name]: { ...open, since } } },
});

describe('a sick node is gated', () => {
  it.each<[string, GateSnapshot]>([
    ['where nothing speaks against it', snapshot()],
    ['where no breaker was ever counted', snapshot({ breakers: undefined })],
    ['where a pause stops another pool', snapshot(pausing({ type: 'pool', pool: 'cpu' }))],
    ['where a breaker of another pool is open', snapshot(tripped('pool=cpu'))],
    [
      'where it carries the taint of a gate already',
      snapshot({}, named('gpu-1', { annotations: annotated(claimOf({ level: 'gated' })) })),
    ],
  ])('%s', (_, asked) => {
    expect(judgeGate(asked)).toBeUndefined();
  });
});

describe('a sick node is not gated', () => {
  const cordoned = { unschedulable: true };
  it.each<[string, GateSnapshot, object]>([
    ['that is gone', snapshot({ node: 'gpu-9' }), { guard: 'target', reason: 'the Node object is gone', inputs: {} }],
    [
      'during a pause of its pool',
      snapshot(pausing({ type: 'pool', pool: 'gpu' })),
      {
        guard: 'paused',
        reason: 'pool=gpu is paused by ann: a release',
        inputs: { subject: { cluster: 'lab', pools: ['gpu'], class: 'vxlan-wedge' }, pause: expect.anything() },
      },
    ],
    [
      'that was created anew',
      snapshot({ sick: { since: 0, nodeUid: 'old' } }),
      { guard: 'target', reason: 'the Node was created anew', inputs: { seen: 'old', uid: 'uid-gpu-1' } },
    ],
    [
      'after a person’s no',
      snapshot({ handsOff: { by: 'ann', stage: 'bounce', at: 0 } }),
      {
        guard: 'person',
        reason: 'ann denied bounce: hands off',
        inputs: { handsOff: { by: 'ann', stage: 'bounce', at: 0 } },
      },
    ],
    [
      'whose claim cannot be read',
      snapshot({}, named('gpu-1', { annotations: { 'restitch.dev/claim': '?' } })),
      { guard: 'claim', reason: 'the claim on the node cannot be read', inputs: { claim: { type: 'unreadable' } } },
    ],
    [
      'that somebody else has cordoned',
      snapshot({}, named('gpu-1', { spec: cordoned })),
      { guard: 'claim', reason: 'somebody else has cordoned the node', inputs: { claim: { type: 'none' } } },
    ],
    [
      'that is cordoned by a claim',
      snapshot({}, named('gpu-1', { spec: cordoned, annotations: annotated(claimOf()) })),
      { guard: 'claim', reason: 'the node is cordoned by incident inc-1' },
    ],
    [
      'for which the budget has no room',
      snapshot({
        slots: [{ node: 'gpu-2', incidentId: 'i', operationKey: 'k', expiresAt: NOW + 1 }],
        capacity: {
          ...snapshot().capacity,
          budgets: { ...snapshot().capacity.budgets, pool: { maxPercent: 0, minNodes: 1 } },
        },
      }),
      {
        guard: 'budget',
        inputs: { scopes: [{ scope: 'pool gpu', members: 3, out: 1, wanted: 1, allowed: 1 }, expect.anything()] },
      },
    ],
    [
      'that is all of its pool',
      snapshot({ capacity: { ...snapshot().capacity, nodes: [named('gpu-1')] } }),
      { guard: 'budget', reason: 'it is all of pool gpu' },
    ],
    [
      'while its breaker is open',
      snapshot(tripped('cluster=lab')),
      {
        guard: 'breaker',
        reason: 'the breaker cluster=lab is open: many nodes',
        inputs: { scopes: ['pool=gpu', 'cluster=lab'] },
      },
    ],
    [
      'while its breaker is half-open: a gate mends nothing, so it is no canary',
      snapshot(tripped('pool=gpu', NOW - 900_000)),
      { guard: 'breaker', reason: expect.stringContaining('only the cheapest rung') },
    ],
  ])('%s', (_, asked, objection) => {
    expect(judgeGate(asked)).toMatchObject(objection);
  });

  it('during a pause of a pool only where it is in one', () => {
    const bare = named('gpu-1');
    const without = { ...bare, metadata: { ...bare.metadata, labels: {} } };
    expect(judgeGate(snapshot(pausing({ type: 'class', class: 'vxlan-wedge' }), without))).toMatchObject({
      inputs: { subject: { pools: [] } },
    });
  });
});
