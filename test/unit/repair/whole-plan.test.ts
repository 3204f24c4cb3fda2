import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../core/grammar/operation.ts';
import { endpointsSet } from '../../../core/repair/endpoints-set.ts';
import { isEmptyPlan, type Plan, planLines, whyUnfit } from '../../../core/repair/plan.ts';
import { healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { oneOfEach } from '../../fakes/one-of-each-operation.ts';

const up: Operation = { op: 'link up', dev: 'wg0' };
const table = { table: 'rtb-1', destination: '10.200.0.0/24', target: 'i-1', hub: 'hub-1', now: null };
const planOf = (parts: Partial<Plan> = {}): Plan => ({ device: null, hosts: [], beyond: [], ...parts });

describe('a plan that changes nothing', () => {
  it('is one without hosts and route tables', () => {
    expect(isEmptyPlan(planOf())).toBe(true);
    expect(isEmptyPlan(planOf({ hosts: [{ host: 'gpu-1', operations: [up] }] }))).toBe(false);
    expect(isEmptyPlan(planOf({ routeTables: [table] }))).toBe(false);
  });

  it('cannot be carried out, and says why', () => {
    expect(whyUnfit(planOf())).toBe('no operation of the grammar mends this');
    expect(whyUnfit(planOf({ beyond: ['one', 'two'] }))).toBe('one; two');
  });
});

describe('a plan for one command', () => {
  const longest = (characters: number): Plan => {
    const dev = 'x'.repeat(characters - 'link up '.length);
    return planOf({ hosts: [{ host: 'gpu-1', operations: [{ op: 'link up', dev }] }] });
  };

  it.each([
    [130_999, undefined],
    [131_000, undefined],
    [131_001, 'it takes 131001 characters on gpu-1, 131000 fit into one command'],
  ])('of %i characters: %s', (characters, why) => {
    expect(whyUnfit(longest(characters))).toBe(why);
  });
});

it('the lines of a plan are why it asks, its operations with their hosts, and the changes of route tables', () => {
  const plan = planOf({ asks: ['one says so'], hosts: [{ host: 'gpu-1', operations: [up] }], routeTables: [table] });
  expect(planLines(plan)).toEqual([
    'asks: one says so',
    'gpu-1: link up wg0',
    'rtb-1: route 10.200.0.0/24 → i-1 (hub-1)',
    expect.stringContaining('now: '),
    expect.stringContaining('undo: '),
  ]);
});

describe('the endpoints that a plan sets on a host', () => {
  const evidence = healthyEvidence();
  const plan = planOf({ hosts: ['gpu-1', 'gpu-2'].map((host) => ({ host, operations: oneOfEach })) });

  it('are told with what is there', () => {
    expect(endpointsSet(plan, 'gpu-1', evidence)).toEqual([
      { device: 'wg0', peer: 'hub1public=', was: '198.51.100.10:51820', set: '198.51.100.9:51820' },
    ]);
  });

  it('are none without a plan, on another host, and on one that was not read', () => {
    expect(endpointsSet(null, 'gpu-1', evidence)).toEqual([]);
    expect(endpointsSet(plan, 'hub-1', evidence)).toEqual([]);
    const unread = planOf({ hosts: [{ host: 'gpu-9', operations: oneOfEach }] });
    expect(endpointsSet(unread, 'gpu-9', evidence)).toEqual([]);
  });
});
