import { describe, expect, it } from 'vitest';
import { NodeObject } from '../../../core/evidence/node-object.ts';
import type { CapacityLedger, CapacitySlot, DisruptionBudget } from '../../../core/safety/disruption-budget.ts';
import { capacityInUse, judgeCapacity } from '../../../core/safety/judge-capacity.ts';
import { CLAIM_TAINT } from '../../../core/safety/node-claim.ts';
import { freeCapacity, reserveCapacity } from '../../../core/safety/reserve-capacity.ts';
import { createInMemoryCapacityLedger } from '../../fakes/in-memory-capacity-ledger.ts';

const NOW = 1_000;
const labels = { role: 'role', hub: 'hub', pool: 'pool', site: 'site' };

interface Parts {
  readonly unschedulable?: boolean;
  readonly taint?: string;
  readonly ready?: string;
}

const node = (name: string, own: Readonly<Record<string, string>>, { ready = 'True', ...parts }: Parts = {}) =>
  NodeObject.parse({
    metadata: { name, labels: own },
    spec: {
      ...(parts.unschedulable === undefined ? {} : { unschedulable: parts.unschedulable }),
      ...(parts.taint === undefined ? {} : { taints: [{ key: parts.taint, effect: 'NoSchedule' }] }),
    },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });

const hub = node('hub-1', { role: 'hub', site: 'cloud' });
const gpu = (number: number, own: Readonly<Record<string, string>> = {}, parts: Parts = {}) =>
  node(`gpu-${number}`, { pool: 'a', site: `s${number}`, ...own }, parts);
/** Ten nodes of one pool, each at its own site, behind one hub. */
const ten = (change: Readonly<Record<number, Parts>> = {}) => [
  hub,
  ...Array.from({ length: 10 }, (_, index) => gpu(index, {}, change[index])),
];

const roomy: DisruptionBudget = { maxPercent: 100, minNodes: 1 };
const all = { pool: roomy, site: roomy, hub: roomy, cluster: roomy };
const view = (nodes: readonly NodeObject[], budgets: Partial<typeof all> = {}) => ({
  nodes,
  labels,
  budgets: { ...all, ...budgets },
});
const slot = (name: string, expiresAt = NOW + 1): CapacitySlot => ({
  node: name,
  incidentId: `i-${name}`,
  operationKey: 'k',
  expiresAt,
});
const judge = (of: ReturnType<typeof view>, wanted: readonly string[], slots: readonly CapacitySlot[] = []) =>
  judgeCapacity(of, slots, { nodes: wanted, now: NOW });

describe('a budget of 20 %', () => {
  const pool = { maxPercent: 20, minNodes: 1 };

  it.each([
    [9, 'full'],
    [10, 'fits'],
    [11, 'fits'],
  ])('of %i nodes, of which one is out: a second one %s', (count, type) => {
    const nodes = Array.from({ length: count }, (_, index) => gpu(index, {}, { unschedulable: index === 0 }));
    expect(judge(view(nodes, { pool }), ['gpu-1']).type).toBe(type);
  });

  it('says what is full', () => {
    const { type, ...said } = judge(view(ten({ 0: { unschedulable: true }, 1: { ready: 'Unknown' } }), { pool }), [
      'gpu-2',
    ]);
    expect(type).toBe('full');
    expect(said).toMatchObject({ reason: '2 of 10 nodes of pool a are out of service already; at most 2 may be' });
    expect(said.uses[0]).toEqual({ scope: 'pool a', members: 10, out: 2, wanted: 1, allowed: 2 });
  });

  it('allows the larger of the two limits', () => {
    expect(judge(view(ten(), { pool: { maxPercent: 20, minNodes: 3 } }), ['gpu-0']).uses[0]?.allowed).toBe(3);
  });

  it('never fits more nodes at once than it allows, however few are out', () => {
    expect(judge(view(ten(), { pool }), ['gpu-0', 'gpu-1']).type).toBe('fits');
    expect(judge(view(ten(), { pool }), ['gpu-0', 'gpu-1', 'gpu-2'])).toMatchObject({
      type: 'never',
      reason: 'the budget of pool a allows 2',
    });
  });
});

describe('what is out of service', () => {
  const pool = { maxPercent: 10, minNodes: 1 };

  it.each<[string, Parts, boolean]>([
    ['a node in order', {}, false],
    ['a node that was uncordoned', { unschedulable: false }, false],
    ['a cordoned node', { unschedulable: true }, true],
    ['a node that is not Ready', { ready: 'False' }, true],
    ['a node with the taint of a claim', { taint: CLAIM_TAINT }, true],
    ['a node with the taint of another', { taint: 'nvidia.com/gpu' }, false],
  ])('%s', (_, parts, out) => {
    expect(judge(view(ten({ 0: parts }), { pool }), ['gpu-1']).type).toBe(out ? 'full' : 'fits');
    expect(capacityInUse(view(ten({ 0: parts })), [], NOW)[1]).toMatchObject({ scope: 'pool a', out: out ? 1 : 0 });
  });

  it('is a node that an incident has reserved, until the end of its time', () => {
    expect(judge(view(ten(), { pool }), ['gpu-1'], [slot('gpu-0')]).type).toBe('full');
    expect(judge(view(ten(), { pool }), ['gpu-1'], [slot('gpu-0', NOW)]).type).toBe('fits');
  });

  it('does not count the wanted node itself', () => {
    expect(judge(view(ten({ 1: { unschedulable: true } }), { pool }), ['gpu-1'], [slot('gpu-1')]).type).toBe('fits');
  });
});

describe('the scopes of a node', () => {
  const scopes = (nodes: readonly NodeObject[], name: string) =>
    judge(view(nodes), [name]).uses.map(({ scope, members }) => `${scope}: ${members}`);

  it('are its pool, site and hub, and the cluster', () => {
    expect(scopes(ten(), 'gpu-3')).toEqual(['pool a: 10', 'site s3: 1', 'hub hub-1: 10', 'the cluster: 11']);
  });

  it('are without a site where it has no label; nodes without a pool label are one pool', () => {
    const nodes = [node('bare-1', {}), node('bare-2', {}), gpu(1)];
    expect(scopes(nodes, 'bare-1')).toEqual(['pool (none): 2', 'the cluster: 3']);
  });

  it('of a hub are the hubs alone: those behind it are out because of it', () => {
    expect(scopes([...ten(), node('hub-2', { role: 'hub' })], 'hub-1')).toEqual(['pool of hubs: 2']);
  });

  it('are each once for several nodes, and none for a name that is no Node', () => {
    expect(judge(view(ten()), ['gpu-1', 'gpu-2', 'ghost']).uses.map(({ scope }) => scope)).toEqual([
      'pool a',
      'site s1',
      'hub hub-1',
      'the cluster',
      'site s2',
    ]);
  });

  it.each(['pool', 'site', 'hub', 'cluster'] as const)('each have their own budget: %s', (kind) => {
    const none = { maxPercent: 0, minNodes: 0 };
    expect(judge(view(ten(), { [kind]: none }), ['gpu-1']).type).toBe('never');
  });
});

describe('the last node of a pool', () => {
  const two = [gpu(1), gpu(2), node('other', { pool: 'b', site: 's1' })];

  it('is told apart, because a person must be asked', () => {
    expect(judge(view(two), ['gpu-1', 'gpu-2'])).toMatchObject({ type: 'last', reason: 'it is all of pool a' });
    expect(judge(view(two), ['gpu-1']).type).toBe('fits');
  });

  it('is no last node of a site or a hub', () => {
    expect(judge(view([gpu(1), gpu(2)]), ['gpu-1']).type).toBe('fits');
  });
});

describe('reserved capacity', () => {
  const tight = view(ten(), { pool: { maxPercent: 10, minNodes: 1 } });
  const request = (name: string, parts: object = {}) => ({
    incidentId: `i-${name}`,
    operationKey: 'k1',
    nodes: [name],
    now: NOW,
    expiresAt: NOW + 100,
    ...parts,
  });

  it('is stored where it fits, and not where it does not', async () => {
    const ledger = createInMemoryCapacityLedger();
    expect(await reserveCapacity(ledger, tight, request('gpu-1'))).toMatchObject({ type: 'fits' });
    expect(await reserveCapacity(ledger, tight, request('gpu-2'))).toMatchObject({ type: 'full' });
    expect(await ledger.read()).toEqual([
      { node: 'gpu-1', incidentId: 'i-gpu-1', operationKey: 'k1', expiresAt: NOW + 100 },
    ]);
  });

  it('is stored for the last node of a pool too: a person was asked', async () => {
    const ledger = createInMemoryCapacityLedger();
    expect(await reserveCapacity(ledger, view([gpu(1)]), request('gpu-1'))).toMatchObject({ type: 'last' });
    expect(await ledger.read()).toHaveLength(1);
  });

  it('is renewed by the same incident, under the new operation key', async () => {
    const ledger = createInMemoryCapacityLedger();
    await reserveCapacity(ledger, tight, request('gpu-1'));
    await reserveCapacity(ledger, tight, request('gpu-1', { operationKey: 'k2' }));
    expect((await ledger.read()).map(({ operationKey }) => operationKey)).toEqual(['k2']);
  });

  it('keeps what others, and other nodes of the incident, have; what has expired is dropped', async () => {
    const ledger = createInMemoryCapacityLedger();
    const kept = [slot('gpu-5'), { ...slot('gpu-6'), incidentId: 'i-gpu-1' }, { ...slot('gpu-1'), incidentId: 'else' }];
    await ledger.update(() => [...kept, slot('gpu-7', NOW)]);
    await reserveCapacity(ledger, view(ten()), request('gpu-1'));
    expect((await ledger.read()).map((each) => `${each.node} ${each.incidentId}`)).toEqual([
      'gpu-5 i-gpu-5',
      'gpu-6 i-gpu-1',
      'gpu-1 else',
      'gpu-1 i-gpu-1',
    ]);
  });

  it('of health gating stands beside that of a run, and is not given back with it', async () => {
    const ledger = createInMemoryCapacityLedger();
    await reserveCapacity(ledger, tight, request('gpu-1', { gate: true }));
    await reserveCapacity(ledger, tight, request('gpu-1'));
    expect((await ledger.read()).map(({ gate }) => gate)).toEqual([true, undefined]);
    await freeCapacity(ledger, 'i-gpu-1');
    expect((await ledger.read()).map(({ gate }) => gate)).toEqual([true]);
  });

  it('is given back but for the nodes that are kept, and that of others stays', async () => {
    const ledger = createInMemoryCapacityLedger();
    const own = (name: string) => ({ ...slot(name), incidentId: 'i-1' });
    await ledger.update(() => [own('gpu-1'), own('gpu-2'), slot('gpu-3')]);
    await freeCapacity(ledger, 'i-1', ['gpu-2']);
    expect((await ledger.read()).map((each) => each.node)).toEqual(['gpu-2', 'gpu-3']);
  });

  it('is not written where there is nothing to give back', async () => {
    const changes: unknown[] = [];
    const update: CapacityLedger['update'] = async (change) => {
      changes.push(change([slot('gpu-3')]));
      return [];
    };
    await freeCapacity({ ...createInMemoryCapacityLedger(), update }, 'i-1');
    expect(changes).toEqual([undefined]);
  });
});
