import { describe, expect, it } from 'vitest';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { planLines, whyUnfit } from '../../../core/repair/plan.ts';
import { planFullState, planReconcile } from '../../../core/repair/plan-entries.ts';
import { healthyHost, network, nodes } from '../../fakes/healthy-evidence.ts';

const driftOf = (change: Partial<ReturnType<typeof healthyHost>>) =>
  network.findDrift('gpu-1', { ...healthyHost('gpu-1'), ...change }, 'flannel.1');

describe('reconcile', () => {
  it('plans nothing for a healthy host', () => {
    expect(planReconcile(network, driftOf({}), 'flannel.1').hosts).toEqual([]);
  });

  it('puts back exactly the entries that differ', () => {
    const { fdb } = healthyHost('gpu-1');
    const plan = planReconcile(network, driftOf({ fdb: fdb.slice(1) }), 'flannel.1');
    expect(planLines(plan)).toEqual(['gpu-1: fdb replace 0a:58:0a:2a:00:00 dst 10.0.1.10 dev flannel.1']);
  });

  it('orders link, neighbours, forwarding entries, and routes last', () => {
    const down = healthyHost('gpu-1').links.map((link) => ({ ...link, up: link.kind !== 'vxlan' }));
    const plan = planReconcile(network, driftOf({ links: down, neighbours: [], fdb: [], routes: [] }), 'flannel.1');
    const verbs = plan.hosts[0]?.operations.map((operation) => operation.op);
    expect(verbs).toEqual([
      'link up',
      ...Array(3).fill('neigh replace'),
      ...Array(3).fill('fdb replace'),
      ...Array(3).fill('route replace'),
    ]);
  });

  it('takes away a narrower route that leads a part of the pods elsewhere', () => {
    const routes = [...healthyHost('gpu-1').routes, ['10.42.12.2/32', null, 'wg0', false, 0] as const];
    const plan = planReconcile(network, driftOf({ routes: routes.map((row) => [...row]) }), 'flannel.1');
    expect(planLines(plan)).toEqual(['gpu-1: route del 10.42.12.2/32 dev wg0']);
  });

  it('puts back on each host what differs there', () => {
    const on = (host: string) =>
      network.findDrift(host, { ...healthyHost(host), fdb: healthyHost(host).fdb.slice(1) }, 'flannel.1');
    const plan = planReconcile(network, [...on('gpu-1'), ...on('gpu-2')], 'flannel.1');
    expect(plan.hosts.map(({ host, operations }) => [host, operations.length])).toEqual([
      ['gpu-1', 1],
      ['gpu-2', 1],
    ]);
  });

  it('makes a lost device anew where all of it is known, and leaves nothing over', () => {
    const told = expectedNetwork(nodes, 'gpu-1', { port: 8472, directRouting: null });
    const host = healthyHost('gpu-1');
    const gone = { ...host, links: host.links.filter((link) => link.kind !== 'vxlan') };
    const plan = planReconcile(told, told.findDrift('gpu-1', gone, 'flannel.1'), 'flannel.1', () => gone);
    expect(plan.hosts[0]?.operations[0]).toMatchObject({ op: 'vxlan create' });
    expect(plan.beyond).toEqual([]);
  });

  it('does not pretend to mend a missing or wrong device', () => {
    const links = healthyHost('gpu-1').links.filter((link) => link.kind !== 'vxlan');
    const plan = planReconcile(network, driftOf({ links }), 'flannel.1');
    expect(plan.hosts).toEqual([]);
    expect(plan.beyond).toEqual(['gpu-1: flannel.1 does not exist']);
  });
});

describe('a plan cannot be carried out', () => {
  const device = 'flannel.1';
  // "link up flannel.1" and a comma are 18 characters.
  const lines = (count: number) => [
    { host: 'gpu-1', operations: Array(count).fill({ op: 'link up' as const, dev: device }) },
  ];

  it('when it does nothing, and says what stays', () => {
    expect(whyUnfit({ device, hosts: [], beyond: [] })).toBe('no operation of the grammar mends this');
    expect(whyUnfit({ device, hosts: [], beyond: ['open the firewall'] })).toBe('open the firewall');
  });

  it('when it takes more than fits into one environment variable', () => {
    expect(whyUnfit({ device, hosts: lines(7_277), beyond: [] })).toBeUndefined();
    expect(whyUnfit({ device, hosts: lines(7_278), beyond: [] })).toBe(
      'it takes 131003 characters on gpu-1, 131000 fit into one command',
    );
  });
});

describe('the full state that a bounce replays', () => {
  it('has three entries per peer', () => {
    expect(planFullState(network, 'gpu-1', 'flannel.1').hosts[0]?.operations).toHaveLength(9);
  });

  it('refuses a host that the Node objects do not know', () => {
    expect(planFullState(network, 'stranger', 'flannel.1').hosts).toEqual([]);
  });
});

describe('the lines of the grammar', () => {
  it('hold nothing that means anything to a shell, and no comma', () => {
    const lines = planFullState(network, 'hub-1', 'flannel.1').hosts.flatMap(({ operations }) =>
      operations.map(formatOperation),
    );
    expect(lines.every((line) => /^[a-z0-9 .:/_-]+$/.test(line))).toBe(true);
  });
});
