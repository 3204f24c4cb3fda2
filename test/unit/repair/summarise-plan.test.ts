import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../core/grammar/operation.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { summarisePlan } from '../../../core/repair/summarise-plan.ts';
import { oneOfEach } from '../../fakes/one-of-each-operation.ts';

const neighbour = (index: number): Operation => ({
  op: 'neigh replace',
  ip: `10.42.${index}.0`,
  mac: '0a:58:0a:2a:00:00',
  dev: 'flannel.1',
});
const forwarding = (index: number): Operation => ({
  op: 'fdb replace',
  mac: '0a:58:0a:2a:00:00',
  dst: `10.0.1.${index}`,
  dev: 'flannel.1',
});
const route: Operation = { op: 'route replace', cidr: '10.42.1.0/24', via: '10.42.1.0', dev: 'flannel.1' };
const many = (count: number, make: (index: number) => Operation) => Array.from({ length: count }, (_, i) => make(i));

describe('the summary of a plan', () => {
  it('counts the changes of each host by kind, after what the plan says in words', () => {
    const operations = [...many(14, neighbour), ...many(14, forwarding), route];
    const plan = { device: 'flannel.1', hosts: [{ host: 'gpu-1', operations }], beyond: [] };
    const lines = ['gpu-1: link flannel.1 down, then up', ...planLines(plan)];
    expect(summarisePlan(plan, lines)).toEqual([
      'gpu-1: link flannel.1 down, then up',
      'gpu-1: 14 neighbours, 14 forwarding entries, 1 route',
    ]);
  });

  it('names why it asks, and changes of route tables as they are', () => {
    const plan = {
      device: null,
      hosts: [{ host: 'hub-1', operations: [{ op: 'route del', cidr: '10.42.1.0/24', dev: 'wg0' } as const] }],
      beyond: [],
      asks: ['only gpu-1 says so'],
    };
    expect(summarisePlan(plan, planLines(plan))).toEqual(['asks: only gpu-1 says so', 'hub-1: 1 route removed']);
  });

  it('has a word for each kind of change, for one and for many', () => {
    const summary = (operations: readonly Operation[]) => {
      const plan = { device: null, hosts: [{ host: 'gpu-1', operations }], beyond: [] };
      return summarisePlan(plan, planLines(plan))[0];
    };
    expect(summary(oneOfEach)).toBe(
      'gpu-1: 1 sysctl, 1 device made anew, 1 device up, 1 device MTU, 1 checksum offload off, 1 address, 1 address removed, ' +
        '1 WireGuard port, 1 WireGuard keepalive, 1 WireGuard endpoint, 1 list of allowed addresses, 1 WireGuard peer, ' +
        '1 WireGuard peer removed, 1 neighbour, 1 forwarding entry, 2 routes, 1 route removed, 1 learned path MTU forgotten, ' +
        '1 stale flow forgotten',
    );
    expect(summary([...oneOfEach, ...oneOfEach])).toBe(
      'gpu-1: 2 sysctls, 2 devices made anew, 2 devices up, 2 device MTUs, 2 checksum offloads off, 2 addresses, 2 addresses removed, ' +
        '2 WireGuard ports, 2 WireGuard keepalives, 2 WireGuard endpoints, 2 lists of allowed addresses, 2 WireGuard peers, ' +
        '2 WireGuard peers removed, 2 neighbours, 2 forwarding entries, 4 routes, 2 routes removed, 2 learned path MTUs forgotten, ' +
        '2 stale flows forgotten',
    );
  });

  it('leaves out a host on which nothing changes', () => {
    const plan = { device: null, hosts: [{ host: 'gpu-1', operations: [] }], beyond: [] };
    expect(summarisePlan(plan, planLines(plan))).toEqual([]);
  });

  it('is the lines of a rung that has no plan', () => {
    expect(summarisePlan(null, ['gpu-1: cordon'])).toEqual(['gpu-1: cordon']);
  });

  it('has at most ten lines, and says how many more there are', () => {
    const hosts = Array.from({ length: 14 }, (_, index) => ({ host: `gpu-${index}`, operations: [neighbour(1)] }));
    const plan = { device: null, hosts, beyond: [] };
    const summary = summarisePlan(plan, planLines(plan));
    expect(summary).toHaveLength(11);
    expect(summary.at(-1)).toBe('and 4 more in the whole plan');
    const ten = { ...plan, hosts: hosts.slice(0, 10) };
    expect(summarisePlan(ten, planLines(ten))).toHaveLength(10);
  });
});
