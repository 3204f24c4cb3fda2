import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../core/repair/plan.ts';
import { hostsActedOn } from '../../../core/safety/hosts-acted-on.ts';
import { ruleSubject } from '../../../core/safety/rule-subject.ts';
import { nodes } from '../../fakes/healthy-evidence.ts';

const routeTable = { table: 'rtb-1', destination: '10.200.0.0/24', target: 'i-1', hub: 'hub-1', now: null };
const planFor = (...hosts: string[]): Plan => ({
  device: 'flannel.1',
  hosts: hosts.map((host) => ({ host, operations: [] })),
  beyond: [],
});

describe('what a stage acts on', () => {
  it.each<[string, Plan | null, readonly string[]]>([
    ['the node, where it has no plan', null, ['gpu-1']],
    ['the hosts of its plan', planFor('gpu-2', 'hub-1'), ['gpu-2', 'hub-1']],
    ['the route tables of its plan', { ...planFor(), routeTables: [routeTable] }, ['rtb-1']],
    ['nothing, where the plan is empty', planFor(), []],
  ])('is %s', (_, plan, hosts) => {
    expect(hostsActedOn(plan, 'gpu-1')).toEqual(hosts);
  });
});

describe('the pools that an approval rule looks at', () => {
  const poolsOf = (plan: Plan | null, node = 'gpu-1') => {
    const planned = { node, plan, rung: 'bounce', faultClass: 'vxlan-wedge' } as const;
    const subject = ruleSubject({ nodes, labels: { pool: 'restitch.dev/pool' } }, planned);
    expect(subject).toMatchObject({ class: 'vxlan-wedge', rung: 'bounce' });
    return subject.pools;
  };

  it('are those of the node and of every host that is acted on, each once', () => {
    expect(poolsOf(null)).toEqual(['gpu']);
    expect(poolsOf(planFor('hub-1', 'gpu-2', 'gpu-1'))).toEqual(['gpu', 'hub']);
  });

  it('have one without a name for what is no node', () => {
    expect(poolsOf({ ...planFor(), routeTables: [routeTable] })).toEqual(['gpu', '']);
    expect(poolsOf(null, 'ghost')).toEqual(['']);
  });
});
