import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { flannelRoute } from '../../../core/overlay/wireguard-native/mend-route.ts';
import { around, nativeHost } from '../../fakes/native-evidence.ts';

type Row = NodeEvidence['routes'][number];

const { self, peers } = around('gpu-1');
const peer = around('gpu-2').self;
const healthy = nativeHost('gpu-1');
const only =
  (host: NodeEvidence | undefined, others: NodeEvidence | undefined = undefined) =>
  (name: string) =>
    name === 'gpu-1' ? host : others;

describe('the route for the pods of all', () => {
  const into = (cidr: string, device = 'flannel-wg', gateway: string | null = null, protocol?: string): Row => [
    cidr,
    gateway,
    device,
    false,
    0,
    protocol,
  ];
  const saying = (network: string | null, ...routes: readonly Row[]): NodeEvidence => ({
    ...healthy,
    routes: [...routes],
    subnetEnv: network === null ? null : { network, subnet: '10.42.11.1/24', mtuBytes: 1340 },
  });
  const lines = (host: NodeEvidence | undefined, others?: NodeEvidence) =>
    flannelRoute(peer, { self, peers }, 'flannel-wg', only(host, others)).map((operation) =>
      'cidr' in operation && 'dev' in operation ? `${operation.op} ${operation.cidr} ${operation.dev}` : operation.op,
    );
  const all = 'route set 10.42.0.0/16 flannel-wg';
  const alone = 'route set 10.42.12.0/24 flannel-wg';

  it.each<[string, NodeEvidence | undefined, NodeEvidence | undefined, readonly string[]]>([
    ['is the network that the host wrote down', saying('10.42.0.0/16'), undefined, [all]],
    ['is the one that another host routes', saying(null), saying(null, into('10.42.0.0/16')), [all]],
    ['is not what another host routes elsewhere', saying(null), saying(null, into('10.42.0.0/16', 'wg0')), [alone]],
    ['is not everything', saying('0.0.0.0/0'), undefined, [alone]],
    ['may be just wide enough', saying('10.42.0.0/20'), undefined, [all.replace('/16', '/20')]],
    ['is not a network that lacks a node’s pods', saying('10.42.0.0/21'), undefined, [alone]],
    ['is not what cannot be read', saying('all'), saying(null, into('10.42.0.0/16')), [all]],
    ['is one for the peer’s own pods, where nobody tells', saying(null), undefined, [alone]],
    ['is one for the peer’s own pods on a host that was not read', undefined, undefined, [alone]],
  ])('%s', (_, host, others, expected) => {
    expect(lines(host, others)).toEqual(expected);
  });

  it.each<[string, readonly Row[], readonly string[]]>([
    ['is not set where it is there', [into('10.42.0.0/16')], []],
    ['is set beside one through a gateway', [into('10.42.0.0/16', 'flannel-wg', '10.42.0.1')], [all]],
    ['is set beside one into another device', [into('10.42.0.0/16', 'wg0')], [all]],
    ['comes with the end of a narrower one', [into('10.42.12.0/24', 'wg0')], [all, 'route del 10.42.12.0/24 wg0']],
    ['leaves a wider one', [into('10.0.0.0/8', 'wg0')], [all]],
    ['leaves the default route', [into('default', 'eth0', '192.168.1.1')], [all]],
    ['leaves a narrower one into flannel’s own device', [into('10.42.12.0/24')], [all]],
    ['leaves a narrower one that the kernel made', [into('10.42.12.0/24', 'wg0', null, 'kernel')], [all]],
    ['leaves a network of the host’s card', [into('10.42.12.0/24', 'eth0')], [all]],
  ])('%s', (_, routes, expected) => {
    expect(lines(saying('10.42.0.0/16', ...routes))).toEqual(expected);
  });
});
