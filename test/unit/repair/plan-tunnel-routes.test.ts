import { describe, expect, it } from 'vitest';
import { examine } from '../../../core/diagnosis/diagnose.ts';
import type { Facts } from '../../../core/diagnosis/facts.ts';
import type { TunnelWays } from '../../../core/diagnosis/tunnel-ways.ts';
import { planLines } from '../../../core/repair/plan.ts';
import { planTunnelRoutes } from '../../../core/repair/plan-tunnel.ts';
import { evidenceOf } from '../../fixtures/changed-evidence.ts';
import { readOnce, withoutTunnel, withTunnel } from './changed-tunnel.ts';

describe('a way through the tunnel', () => {
  const { facts, found } = examine(evidenceOf('fdb-flushed'));
  const lines = (ways: Partial<TunnelWays>, given: Facts = facts) => {
    const tunnelWays = { astray: [], uncarried: [], uncarriedAtHub: [], ...ways };
    const hosts = planTunnelRoutes(given, { ...found, forRepair: { tunnelWays } });
    return planLines({ device: null, hosts, beyond: [] }).map((line) =>
      line.replaceAll(/ peer [A-Za-z0-9+/]{43}=/g, ''),
    );
  };
  const astray = (host: string, ...addresses: readonly string[]) => ({
    astray: addresses.map((address) => ({ host, address })),
  });
  const withRoutes = (...routes: NonNullable<Facts['node']>['routes']): Facts => ({
    ...facts,
    node: facts.node && { ...facts.node, routes },
  });
  const tunnelled: NonNullable<Facts['node']>['routes'][number] = ['10.0.0.0/16', null, 'wg0', false, 0];

  it('is planned where somebody looked for one', () => {
    const { forRepair: _, ...unknown } = found;
    expect(planTunnelRoutes(facts, unknown)).toEqual([]);
    expect(lines({})).toEqual([]);
  });

  it('of addresses is one route for the network of AllowedIPs that holds them', () => {
    expect(lines(astray('gpu-1', '10.0.1.10', '10.0.2.20'), withRoutes())).toEqual([
      'gpu-1: route set 10.0.0.0/16 dev wg0',
    ]);
  });

  it.each<[string, Facts, string, string]>([
    [
      'where its network’s route is there, and somebody’s narrower one takes it',
      withRoutes(tunnelled),
      '10.0.1.10',
      '10.0.1.10/32',
    ],
    [
      'but for its network, where that leads to another device',
      withRoutes(['10.0.0.0/16', null, 'eth0', false, 0]),
      '10.0.1.10',
      '10.0.0.0/16',
    ],
    ['where no network holds it', withRoutes(), '10.77.0.1', '10.77.0.1/32'],
    ['of IPv6', withRoutes(), 'fd00::1', 'fd00::1/128'],
  ])('of an address is one of its own %s', (_, given, address, cidr) => {
    expect(lines(astray('gpu-1', address), given)).toEqual([`gpu-1: route set ${cidr} dev wg0`]);
  });

  it('of an address whose network is everything is one of its own', () => {
    const { tunnel } = facts;
    const everything: Facts = {
      ...withRoutes(),
      tunnel: tunnel && {
        ...tunnel,
        atNode: tunnel.atNode.map((each) => ({
          ...each,
          wireguard: {
            ...each.wireguard,
            peers: each.wireguard.peers.map((peer) => ({ ...peer, allowedIps: ['0.0.0.0/0'] })),
          },
        })),
      },
    };
    expect(lines(astray('gpu-1', '10.0.1.10'), everything)).toEqual(['gpu-1: route set 10.0.1.10/32 dev wg0']);
  });

  it('of an address is one of its own, where nobody read the tunnel or the node', () => {
    const own = ['gpu-1: route set 10.0.1.10/32 dev wg0'];
    expect(lines(astray('gpu-1', '10.0.1.10'), withoutTunnel(withRoutes()))).toEqual(own);
    const { tunnel } = facts;
    expect(lines(astray('gpu-1', '10.0.1.10'), { ...facts, tunnel: tunnel && { ...tunnel, atNode: [] } })).toEqual(own);
    expect(lines(astray('gpu-1', '10.0.1.10'), { ...facts, node: undefined })).toEqual([
      'gpu-1: route set 10.0.0.0/16 dev wg0',
    ]);
  });

  it('is told by the only reading, where there is one', () => {
    const ways = { ...astray('gpu-1', '10.0.1.10'), uncarriedAtHub: ['10.9.0.0/16'] };
    const planned = lines(
      { ...ways, uncarried: [{ node: 'gpu-2', networks: ['10.9.0.0/16'] }] },
      readOnce(withRoutes()),
    );
    expect(planned).toEqual([
      expect.stringMatching(/^gpu-1: wg allowed-ips wg0 .*10\.9\.0\.0\/16$/),
      'gpu-1: route set 10.0.0.0/16 dev wg0',
      expect.stringMatching(/^hub-1: wg allowed-ips wg0 .*10\.9\.0\.0\/16$/),
    ]);
  });

  it('at the hub is one for the address alone', () => {
    expect(lines(astray('hub-1', '10.200.0.11'), withRoutes())).toEqual(['hub-1: route set 10.200.0.11/32 dev wg0']);
    const { hub: _, ...alone } = facts;
    expect(lines(astray('hub-1', '10.200.0.11'), { ...alone, hub: undefined })).toEqual([]);
  });

  it('for networks that the hub’s entry lacks are its AllowedIPs with them', () => {
    expect(lines({ uncarriedAtHub: ['10.200.0.11', '10.42.11.0/24', 'fd00::11'] })).toEqual([
      'hub-1: wg allowed-ips wg0 10.200.0.11/32 10.42.11.0/24 fd00::11/128',
    ]);
    const { tunnel } = facts;
    const short = tunnel && {
      ...tunnel,
      nodeAtHub: tunnel.nodeAtHub.map((entry) => ({ ...entry, publicKey: 'abcdefghij' })),
    };
    expect(lines({ uncarriedAtHub: ['10.200.0.11'] }, { ...facts, tunnel: short })).toEqual([]);
    expect(lines({ uncarriedAtHub: ['10.200.0.11'] }, withoutTunnel(facts))).toEqual([]);
  });

  it('for networks that the node’s entry lacks are its AllowedIPs with them', () => {
    const lacking = (...networks: string[]) => ({ uncarried: [{ node: 'gpu-2', networks }] });
    const entry = (given: Facts) => withTunnel(given, { allowedIps: ['10.200.0.0/24'] });
    const list = 'gpu-1: wg allowed-ips wg0 10.200.0.0/24';
    expect(lines(lacking('10.42.12.0/24'), entry(facts))).toEqual([`${list} 10.42.12.0/24`]);
    expect(lines(lacking('10.0.2.20'), entry(withRoutes(tunnelled)))).toEqual([`${list} 10.0.0.0/16`]);
    expect(lines(lacking('10.0.2.20', '10.0.1.10'), entry(withRoutes(tunnelled)))).toEqual([`${list} 10.0.0.0/16`]);
    expect(lines(lacking('10.0.2.20'), entry(withRoutes(['10.0.0.0/16', null, 'eth0', false, 0])))).toEqual([
      `${list} 10.0.2.20/32`,
    ]);
    expect(lines(lacking('10.0.2.20'), entry(withRoutes(['default', null, 'wg0', false, 0])))).toEqual([
      `${list} 10.0.2.20/32`,
    ]);
    expect(lines(lacking('10.0.2.20'), entry(withRoutes()))).toEqual([`${list} 10.0.2.20/32`]);
  });

  it('is not opened at an entry that is not known, or only by the beginning of its key, or on a node that was not read', () => {
    const lacking = { uncarried: [{ node: 'gpu-2', networks: ['10.0.2.20'] }] };
    expect(lines(lacking, withTunnel(facts, { publicKey: 'abcdefghij' }))).toEqual([]);
    expect(lines(lacking, withoutTunnel(facts))).toEqual([]);
    expect(lines(lacking, { ...facts, node: undefined })).toEqual([]);
  });
});

describe('forwarding of IPv6 that is off', () => {
  const { facts, found } = examine(evidenceOf('fdb-flushed'));
  const tunnelWays = { astray: [], uncarried: [], uncarriedAtHub: [] };
  const sysctls = { 'net.ipv4.ip_forward': 0, 'net.ipv6.conf.all.forwarding': 0 };
  const off: Facts = {
    ...facts,
    family: 'ipv6',
    node: facts.node && { ...facts.node, sysctls },
    hub: facts.hub && { ...facts.hub, measured: facts.hub.measured && { ...facts.hub.measured, sysctls } },
  };
  const lines = (cause: typeof found.cause, hostAtFault: string | null) =>
    planLines({
      device: null,
      hosts: planTunnelRoutes(off, { ...found, cause, hostAtFault, forRepair: { tunnelWays } }),
      beyond: [],
    });

  it('is set on the host where it loses packets, and nowhere else: it may be off on purpose', () => {
    expect(lines('ip-forward-off', 'gpu-1')).toEqual(['gpu-1: sysctl net.ipv6.conf.all.forwarding 1']);
    expect(lines('ip-forward-off', 'hub-1')).toEqual(['hub-1: sysctl net.ipv6.conf.all.forwarding 1']);
    expect(lines('allowed-ips-missing', 'gpu-1')).toEqual([]);
  });
});
