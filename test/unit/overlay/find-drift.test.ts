import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { healthyHost, network } from '../../fakes/healthy-evidence.ts';

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

  it('is not concluded from a table that could not be read', () => {
    expect(typesOn((host) => ({ ...host, routes: [], unseen: [{ what: 'routes', why: 'timeout' }] }))).toEqual([]);
  });
});
