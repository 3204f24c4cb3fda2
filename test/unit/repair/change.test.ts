import { describe, expect, it } from 'vitest';
import type { Link, NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { Operation } from '../../../core/grammar/operation.ts';
import { changeOf } from '../../../core/repair/change.ts';
import { healthyHost } from '../../fakes/healthy-evidence.ts';
import { flannelKeyOf, nativeHost } from '../../fakes/native-evidence.ts';
import { oneOfEach } from '../../fakes/one-of-each-operation.ts';

const measured = nativeHost('gpu-1');
const [known, unknown] = [flannelKeyOf('gpu-2'), flannelKeyOf('stranger')];
const dev = 'flannel-wg';

describe('what an operation makes of a peer of flannel’s own WireGuard', () => {
  it('is told from that device’s entry, not from one of wg0', () => {
    expect(changeOf({ op: 'wg allowed-ips', dev, peer: known, cidrs: ['10.42.22.0/24'] }, measured)).toEqual({
      sign: '~',
      now: '10.42.12.0/24',
      undo: `wg set flannel-wg peer ${known} allowed-ips 10.42.12.0/24`,
    });
  });

  it('is a new peer, which the undo removes', () => {
    const add = { op: 'wg add', dev, peer: unknown, endpoint: '10.200.0.9:51821', seconds: 25, cidrs: [] } as const;
    expect(changeOf(add, measured)).toEqual({
      sign: '+',
      now: null,
      undo: `wg set flannel-wg peer ${unknown} remove`,
    });
    expect(changeOf({ ...add, peer: known }, measured).sign).toBe('~');
  });

  it('is one that goes, which the undo brings back with all that it had', () => {
    const whole = 'endpoint 10.200.0.12:51821 persistent-keepalive 25 allowed-ips 10.42.12.0/24';
    expect(changeOf({ op: 'wg del', dev, peer: known }, measured)).toEqual({
      sign: '-',
      now: whole,
      undo: `wg set flannel-wg peer ${known} ${whole}`,
    });
  });
});

/** gpu-1 with these parts in place of the healthy ones: what each operation changes there, and how it is undone. */
function told(parts: Partial<NodeEvidence> = {}) {
  const host = { ...healthyHost('gpu-1'), ...parts };
  return Object.fromEntries(
    oneOfEach.map((operation) => {
      const { sign, now, undo } = changeOf(operation, host);
      return [operation.op, [sign, now, undo]];
    }),
  );
}

describe('what each operation makes of a host that has another value', () => {
  const whole = 'endpoint 198.51.100.10:51820 persistent-keepalive 25 allowed-ips 10.200.0.0/24,10.0.0.0/16';

  it('is told with that value, and with the command that puts it back', () => {
    const routes: NodeEvidence['routes'] = [
      ['10.42.12.0/24', '10.42.12.0', 'flannel.1', true, 0],
      ['10.0.0.0/16', null, 'wg0', false, 1280],
      ['10.42.12.0/25', '192.168.1.1', 'eth0', false, 0],
    ];
    expect(told({ routes })).toEqual({
      sysctl: ['~', '1', 'sysctl -w net.ipv4.ip_forward=1'],
      'vxlan create': [
        '~',
        'id 1 dstport 8472 local 10.200.0.11 address 0a:58:0a:2a:0b:00 mtu 1370',
        'ip link del flannel.1, and make it anew with id 1 dstport 8472 local 10.200.0.11 address 0a:58:0a:2a:0b:00 mtu 1370',
      ],
      'link up': ['~', 'down', 'ip link set flannel.1 down'],
      'link mtu': ['~', '1420', 'ip link set wg0 mtu 1420'],
      offload: ['~', 'on', 'ethtool -K flannel.1 tx-checksum-ip-generic on'],
      'addr replace': ['+', null, 'ip addr del 10.42.11.1/24 dev cni0'],
      'addr del': ['-', '10.42.31.1/24', 'ip addr replace 10.42.31.1/24 dev cni0'],
      'wg listen-port': ['~', '51820', 'wg set wg0 listen-port 51820'],
      'wg keepalive': ['~', '25', 'wg set wg0 peer hub1public= persistent-keepalive 25'],
      'wg endpoint': ['~', '198.51.100.10:51820', 'wg set wg0 peer hub1public= endpoint 198.51.100.10:51820'],
      'wg allowed-ips': [
        '~',
        '10.200.0.0/24,10.0.0.0/16',
        'wg set wg0 peer hub1public= allowed-ips 10.200.0.0/24,10.0.0.0/16',
      ],
      'wg add': ['~', whole, `wg set wg0 peer hub1public= ${whole}`],
      'wg del': ['-', whole, `wg set wg0 peer hub1public= ${whole}`],
      'neigh replace': [
        '~',
        '0a:58:0a:2a:0c:00',
        'ip neigh replace 10.42.12.0 lladdr 0a:58:0a:2a:0c:00 dev flannel.1 nud permanent',
      ],
      'fdb replace': [
        '~',
        '10.200.0.12',
        'bridge fdb replace 0a:58:0a:2a:0c:00 dev flannel.1 dst 10.200.0.12 self permanent',
      ],
      'route replace': [
        '~',
        'via 10.42.12.0 dev flannel.1 onlink',
        'ip route replace 10.42.12.0/24 via 10.42.12.0 dev flannel.1 onlink',
      ],
      'route set': ['~', 'dev wg0 mtu 1280', 'ip route replace 10.0.0.0/16 dev wg0 mtu 1280'],
      'route del': ['-', 'via 192.168.1.1 dev eth0', 'ip route replace 10.42.12.0/25 via 192.168.1.1 dev eth0'],
      'route flush cache': ['-', null, ''],
      'conntrack del': ['-', null, ''],
    });
  });
});

describe('a device that is made anew', () => {
  it.each<[string, Partial<Link>, string]>([
    ['is no VXLAN', { kind: 'dummy', vxlan: null, mac: null }, 'type dummy mtu 1370'],
    [
      'has no own address',
      { vxlan: { vni: 2, port: 4789, local: null, dev: null, learning: false } },
      'id 2 dstport 4789',
    ],
  ])('is told with what it has, where it %s', (_, parts, words) => {
    const links = healthyHost('gpu-1').links.map((link) => (link.name === 'flannel.1' ? { ...link, ...parts } : link));
    const [sign, now] = told({ links })['vxlan create'] ?? [];
    expect(sign).toBe('~');
    expect(now).toMatch(new RegExp(`^${words}`));
    expect(now).not.toMatch(/undefined|null/);
  });
});

describe('a route that is taken away', () => {
  it('comes back as it was: without its metric it would win where it did not', () => {
    const routes: NodeEvidence['routes'] = [
      ['10.42.12.0/25', '192.168.1.9', 'eth0', false, 0, 'static', null, '192.168.1.5', 100],
    ];
    const words = 'via 192.168.1.9 dev eth0 proto static src 192.168.1.5 metric 100';
    expect(told({ routes })['route del']).toEqual(['-', words, `ip route replace 10.42.12.0/25 ${words}`]);
    const plain: NodeEvidence['routes'] = [['10.42.12.0/25', null, 'eth0', false, 0, 'boot', 'link', null, 0]];
    expect(told({ routes: plain })['route del']?.[1]).toBe('dev eth0');
  });
});

describe('of several routes to one network', () => {
  const ours = { op: 'route replace', cidr: '10.42.12.0/24', via: '10.42.12.0', dev: 'flannel.1' } as const;
  const on = (device: string, metric: number, cidr = '10.42.12.0/24'): NodeEvidence['routes'][number] => [
    cidr,
    '192.168.1.9',
    device,
    false,
    0,
    'boot',
    null,
    null,
    metric,
  ];
  const change = (operation: Operation, ...routes: NodeEvidence['routes']) =>
    changeOf(operation, { ...healthyHost('gpu-1'), routes });

  it('the one that has no metric is replaced, and one that has stays beside', () => {
    expect(change(ours, on('eth0', 100), on('eth1', 0)).now).toBe('via 192.168.1.9 dev eth1');
    expect(change(ours, on('eth0', 100))).toEqual({
      sign: '+',
      now: null,
      undo: 'ip route del 10.42.12.0/24 dev flannel.1',
    });
  });

  it('that of the kernel’s own metric is replaced, where it is IPv6', () => {
    const of6 = { ...ours, cidr: 'fd42:0:0:c::/64', via: 'fd42:0:0:c::' };
    expect(change(of6, on('eth0', 1024, 'fd42:0:0:c::/64'))).toMatchObject({
      sign: '~',
      now: 'via 192.168.1.9 dev eth0',
    });
    expect(change(of6, on('eth0', 0, 'fd42:0:0:c::/64')).sign).toBe('~');
    expect(change(of6, on('eth0', 512, 'fd42:0:0:c::/64')).sign).toBe('+');
    expect(change(ours, on('eth0', 1024)).sign).toBe('+');
  });

  it('the one on the device goes', () => {
    const gone = { op: 'route del', cidr: '10.42.12.0/24', dev: 'eth1' } as const;
    expect(change(gone, on('eth0', 0), on('eth1', 100)).now).toBe('via 192.168.1.9 dev eth1 metric 100');
    expect(change(gone, on('eth0', 0))).toEqual({ sign: '-', now: null, undo: '' });
  });
});

describe('what each operation makes of a host that has nothing there', () => {
  it('is told as new, and undone by taking it away, where anything has to be undone', () => {
    const nothing = { links: [], wireguard: null, neighbours: [], fdb: [], routes: [], sysctls: {} };
    expect(told(nothing)).toMatchObject({
      sysctl: ['~', '0', 'sysctl -w net.ipv4.ip_forward=0'],
      'vxlan create': ['+', null, 'ip link del flannel.1'],
      'link mtu': ['+', null, ''],
      'wg listen-port': ['+', null, ''],
      'wg keepalive': ['+', null, ''],
      'wg endpoint': ['+', null, ''],
      'wg allowed-ips': ['+', null, ''],
      'wg add': ['+', null, 'wg set wg0 peer hub1public= remove'],
      'wg del': ['-', null, ''],
      'neigh replace': ['+', null, 'ip neigh del 10.42.12.0 dev flannel.1'],
      'fdb replace': ['+', null, 'bridge fdb del 0a:58:0a:2a:0c:00 dev flannel.1 dst 10.200.0.99 self'],
      'route replace': ['+', null, 'ip route del 10.42.12.0/24 dev flannel.1'],
      'route set': ['+', null, 'ip route del 10.0.0.0/16 dev wg0'],
      'route del': ['-', null, ''],
    });
  });

  it('is so for a peer without endpoint, keepalive and networks', () => {
    const { wireguard } = healthyHost('gpu-1');
    const bare = { endpoint: null, keepaliveSeconds: 0, allowedIps: [] };
    const peers = (wireguard?.peers ?? []).map((peer) => ({ ...peer, ...bare }));
    expect(told({ wireguard: wireguard && { ...wireguard, peers } })).toMatchObject({
      'wg keepalive': ['~', 'off', 'wg set wg0 peer hub1public= persistent-keepalive off'],
      'wg endpoint': ['+', null, ''],
      'wg allowed-ips': ['~', '""', 'wg set wg0 peer hub1public= allowed-ips ""'],
      'wg del': ['-', 'persistent-keepalive 0 allowed-ips ""', expect.stringContaining('persistent-keepalive 0')],
    });
  });
});
