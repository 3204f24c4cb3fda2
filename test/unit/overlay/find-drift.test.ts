import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { planReconcile } from '../../../core/repair/plan-entries.ts';
import { healthyHost, network, nodes } from '../../fakes/healthy-evidence.ts';

const typesOn = (change: (host: NodeEvidence) => NodeEvidence) =>
  network.findDrift('gpu-1', change(healthyHost('gpu-1')), 'flannel.1').map(({ type }) => type);
const route = (destination: string, device: string): NodeEvidence['routes'][number] => [
  destination,
  null,
  device,
  false,
  0,
];
const without = (host: NodeEvidence, destination: string) => host.routes.filter(([each]) => each !== destination);

describe('the difference to the expected network', () => {
  it('is nothing on a healthy host, in whatever spelling', () => {
    expect(typesOn((host) => host)).toEqual([]);
    expect(
      typesOn((host) => ({
        ...host,
        neighbours: host.neighbours.map(([ip, mac]) => [ip, mac?.toUpperCase().replaceAll(':', '-') ?? null, 'STALE']),
        fdb: host.fdb.map(([mac, destination]) => [mac.toUpperCase(), destination]),
      })),
    ).toEqual([]);
  });

  it('is an escape when a narrower route leads a part of a peer’s pods elsewhere', () => {
    expect(typesOn((host) => ({ ...host, routes: [...host.routes, route('10.42.12.2/32', 'wg0')] }))).toEqual([
      'route-shadowed',
    ]);
  });

  it('is an escape when the peer’s route is gone and a wider one leads into the tunnel', () => {
    const wide = route('10.42.0.0/16', 'wg0');
    expect(typesOn((host) => ({ ...host, routes: [...without(host, '10.42.12.0/24'), wide] }))).toEqual([
      'route-wrong',
    ]);
  });

  it('is nothing when such a wider route stands beside intact ones', () => {
    expect(typesOn((host) => ({ ...host, routes: [...host.routes, route('10.42.0.0/16', 'wg0')] }))).toEqual([]);
  });

  it('is a missing route when only the default is left', () => {
    expect(typesOn((host) => ({ ...host, routes: without(host, '10.42.12.0/24') }))).toEqual(['route-missing']);
  });

  it('is a missing route when a leftover with a metric catches the packets, which never won against flannel’s', () => {
    const leftover: NodeEvidence['routes'][number] = [
      '10.42.12.0/24',
      '192.168.1.1',
      'eth0',
      false,
      0,
      'boot',
      null,
      null,
      4000,
    ];
    expect(typesOn((host) => ({ ...host, routes: [...without(host, '10.42.12.0/24'), leftover] }))).toEqual([
      'route-missing',
    ]);
    expect(typesOn((host) => ({ ...host, routes: [...host.routes, leftover] }))).toEqual([]);
  });

  it('is not concluded from a table that could not be read', () => {
    expect(typesOn((host) => ({ ...host, routes: [], unseen: [{ what: 'routes', why: 'timeout' }] }))).toEqual([]);
  });
});

describe('a neighbour in a fleet with DirectRouting', () => {
  const direct = expectedNetwork(nodes, 'cloud-1', { port: 8472, directRouting: true });
  const subnet = route('10.0.0.0/16', 'eth0');
  /** cloud-1 beside its neighbour hub-1, with the given route to its pods. */
  const cloud = (toPods: readonly NodeEvidence['routes'][number][]): NodeEvidence => {
    const host = healthyHost('cloud-1');
    return {
      ...host,
      addresses: [...host.addresses, ['eth0', '10.0.2.20/16']],
      routes: [...without(host, '10.42.0.0/24'), subnet, ...toPods],
      fdb: host.fdb.filter(([, destination]) => destination !== '10.0.1.10'),
      neighbours: host.neighbours.filter(([ip]) => ip !== '10.42.0.0'),
    };
  };
  const drifts = (host: NodeEvidence) => direct.findDrift('cloud-1', host, 'flannel.1');

  it('needs its direct route and no entry on the device', () => {
    expect(drifts(cloud([['10.42.0.0/24', '10.0.1.10', 'eth0', false, 0]]))).toEqual([]);
  });

  it('misses that route alone, and gets that one back', () => {
    const host = cloud([]);
    const found = drifts(host);
    expect(found).toMatchObject([{ type: 'route-missing', host: 'cloud-1', peer: 'hub-1' }]);
    const plan = planReconcile(direct, found, 'flannel.1', () => host);
    expect(plan.hosts).toEqual([
      {
        host: 'cloud-1',
        operations: [{ op: 'route replace', cidr: '10.42.0.0/24', via: '10.0.1.10', dev: 'eth0' }],
      },
    ]);
  });
});
