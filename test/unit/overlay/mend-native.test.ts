import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { Drift } from '../../../core/overlay/drift.ts';
import { madePeer, replacedPeer } from '../../../core/overlay/wireguard-native/mend-peer.ts';
import { around, flannelKeyOf, nativeHost, network } from '../../fakes/native-evidence.ts';

type WireGuard = NonNullable<NodeEvidence['flannelWireGuard']>;

const peer = around('gpu-2').self;
const healthy = nativeHost('gpu-1');
const only = (host: NodeEvidence | undefined) => (name: string) => (name === 'gpu-1' ? host : undefined);
const wireguardWith = (parts: Partial<WireGuard>): WireGuard => {
  const { flannelWireGuard } = healthy;
  if (flannelWireGuard === null) throw new Error('gpu-1 has flannel-wg');
  return { ...flannelWireGuard, ...parts };
};
const [entry] = wireguardWith({}).peers;
if (entry === undefined) throw new Error('gpu-1 has peers');

describe('each difference of flannel’s own WireGuard is mended as flanneld makes it', () => {
  const ofGpu2 = { host: 'gpu-1', peer: 'gpu-2' };
  const own = { host: 'gpu-1', device: 'flannel-wg' };
  const elsewhere = { ...ofGpu2, destination: '10.42.12.0/25', device: 'wg0' };
  const added = {
    op: 'wg add',
    dev: 'flannel-wg',
    peer: flannelKeyOf('gpu-2'),
    endpoint: '10.200.0.12:51821',
    seconds: 25,
    cidrs: ['10.42.12.0/24'],
  };
  const lost = { ...healthy, routes: [] };
  const mend = (drift: Drift, device: string | null = 'flannel-wg', readings = only(lost)) =>
    network.mend(drift, device, readings);

  it.each<[Drift, readonly object[]]>([
    [{ type: 'device-down', ...own }, [{ op: 'link up', dev: 'flannel-wg' }]],
    [{ type: 'device-missing', ...own }, []],
    [{ type: 'device-hung', ...own }, []],
    [{ type: 'peer-missing', ...ofGpu2 }, [added]],
    [{ type: 'peer-key-wrong', ...ofGpu2, actual: flannelKeyOf('former') }, [added]],
    [
      { type: 'allowed-ips-missing', ...ofGpu2, actual: ['fd00:12::/64', '10.42.99.0/24'] },
      [
        {
          op: 'wg allowed-ips',
          dev: 'flannel-wg',
          peer: flannelKeyOf('gpu-2'),
          cidrs: ['10.42.12.0/24', 'fd00:12::/64'],
        },
      ],
    ],
    [
      { type: 'route-missing', ...ofGpu2 },
      [{ op: 'route set', cidr: '10.42.0.0/16', dev: 'flannel-wg', mtuBytes: null }],
    ],
    [
      { type: 'route-wrong', ...ofGpu2, actual: 'dev wg0' },
      [{ op: 'route set', cidr: '10.42.0.0/16', dev: 'flannel-wg', mtuBytes: null }],
    ],
    [{ type: 'route-shadowed', ...elsewhere }, [{ op: 'route del', cidr: '10.42.12.0/25', dev: 'wg0' }]],
    [{ type: 'network-overlap', ...elsewhere }, []],
    [{ type: 'neighbour-missing', ...ofGpu2 }, []],
    [{ type: 'neighbour-wrong', ...ofGpu2, actual: 'x' }, []],
    [{ type: 'fdb-missing', ...ofGpu2 }, []],
    [{ type: 'fdb-wrong', ...ofGpu2, actual: [] }, []],
    [{ type: 'peer-missing', host: 'gpu-1', peer: 'ghost' }, []],
    [{ type: 'route-shadowed', ...elsewhere, peer: 'ghost' }, []],
  ])('%j', (drift, operations) => {
    expect(mend(drift)).toEqual(operations);
  });

  it('where the device is known', () => {
    expect(mend({ type: 'device-down', ...own }, null)).toEqual([]);
    expect(mend({ type: 'peer-missing', ...ofGpu2 }, null)).toEqual([]);
  });

  it.each<Drift>([
    { type: 'peer-missing', ...ofGpu2 },
    { type: 'peer-key-wrong', ...ofGpu2, actual: 'x' },
  ])('where the host’s own peers were read: $type', (drift) => {
    expect(mend(drift, 'flannel-wg', only(undefined))).toEqual([]);
    expect(mend(drift, 'flannel-wg', only({ ...healthy, flannelWireGuard: null }))).toEqual([]);
  });
});

describe('a peer that is made', () => {
  it('is at its address and the port of the host’s own device, in brackets where that is IPv6', () => {
    const [made] = madePeer({ ...peer, publicIp: 'fd00::12' }, wireguardWith({ listenPort: 1 }));
    expect(made).toMatchObject({ endpoint: '[fd00::12]:1' });
  });

  it.each([null, 0])('is none where the port is %s', (listenPort) => {
    expect(madePeer(peer, wireguardWith({ listenPort }))).toEqual([]);
  });

  it('has the keepalive of the others, and none where there are no others', () => {
    const seconds = (all: WireGuard['peers']) => madePeer(peer, wireguardWith({ peers: all }));
    expect(seconds([{ ...entry, keepaliveSeconds: 7 }])).toMatchObject([{ seconds: 7 }]);
    expect(seconds([])).toMatchObject([{ seconds: 0 }]);
  });

  it('is none on a device that carries pods of the other family, which the lease does not name', () => {
    const with6 = wireguardWith({ peers: [{ ...entry, allowedIps: ['10.42.0.0/24', 'fd00::/64'] }] });
    expect(madePeer(peer, with6)).toEqual([]);
    const of6 = { ...peer, family: 'ipv6', podCidr: 'fd00:12::/64' } as const;
    expect(madePeer(of6, with6)).toEqual([]);
    expect(madePeer(of6, wireguardWith({ peers: [{ ...entry, allowedIps: ['fd00::/64', 'odd'] }] }))).toMatchObject([
      { cidrs: ['fd00:12::/64'] },
    ]);
  });
});

describe('a peer under another key', () => {
  const former = flannelKeyOf('former');
  const holding = (publicKey: string, parts: Partial<WireGuard> = {}) =>
    wireguardWith({ peers: [{ ...entry, publicKey, allowedIps: ['10.42.12.0/24', 'fd00:12::/64'] }], ...parts });
  const replaced = (wireguard: WireGuard, key = former, expected: readonly string[] = [flannelKeyOf('gpu-2')]) =>
    replacedPeer(peer, key, wireguard, expected).map((operation) => [
      operation.op,
      ...('cidrs' in operation ? operation.cidrs : []),
    ]);
  const added = ['wg add', '10.42.12.0/24', 'fd00:12::/64'];

  it('goes before the new one comes, which gets what it held of IPv6', () => {
    expect(replaced(holding(former))).toEqual([['wg del'], added]);
  });

  it('stays where only the beginning of its key is known', () => {
    expect(replaced(holding('former12'), 'former12')).toEqual([added]);
  });

  it('stays where the key is that of another node', () => {
    const plain = wireguardWith({ peers: [{ ...entry, publicKey: former, allowedIps: ['10.42.0.0/16'] }] });
    expect(replaced(plain, former, [flannelKeyOf('gpu-2'), former])).toEqual([['wg add', '10.42.12.0/24']]);
  });

  it('is made anew where it is gone by now', () => {
    expect(replaced(wireguardWith({ peers: [] }))).toEqual([['wg add', '10.42.12.0/24']]);
  });

  it('stays where the new one cannot be made', () => {
    expect(replaced(holding(former, { listenPort: null }))).toEqual([]);
  });
});

describe('the difference of flannel’s own WireGuard', () => {
  const found = (parts: Partial<NodeEvidence>, device: string | null = 'flannel-wg') =>
    network.findDrift('gpu-1', { ...healthy, ...parts }, device);

  it('is a key that the device has not got', () => {
    expect(found({ flannelWireGuard: wireguardWith({ publicKey: null }) })).toEqual([
      {
        type: 'device-wrong',
        host: 'gpu-1',
        device: 'flannel-wg',
        attribute: 'key',
        expected: flannelKeyOf('gpu-1'),
        actual: 'none',
      },
    ]);
  });

  it('is a missing route for each peer on a host that has no route at all', () => {
    expect(found({ routes: [] }).map(({ type }) => type)).toEqual(Array(3).fill('route-missing'));
  });

  it('is nothing where the device is not known', () => {
    expect(found({ links: [], routes: [] }, null)).toEqual([]);
  });

  it.each<[string, string, string, number]>([
    ['kept wg waiting', 'flannel-wireguard', 'timeout', 1],
    ['has no tool', 'flannel-wireguard', 'wg: not found', 0],
    ['was slow elsewhere', 'pods', 'timeout', 0],
  ])('is a hung daemon where it %s: %s, %s', (_, what, why, times) => {
    expect(found({ flannelWireGuard: null, unseen: [{ what, why }] })).toHaveLength(times);
  });
});
