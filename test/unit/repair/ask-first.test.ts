import { describe, expect, it } from 'vitest';
import { deriveFacts } from '../../../core/diagnosis/facts.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { Operation } from '../../../core/grammar/operation.ts';
import { whyAsk, whyAskRestart } from '../../../core/repair/ask-first.ts';
import { healthyEvidence, healthyHost } from '../../fakes/healthy-evidence.ts';
import { flannelKeyOf, nativeEvidence } from '../../fakes/native-evidence.ts';
import { withHost } from '../../fixtures/changed-evidence.ts';

const GPU_2 = 'gpu2public=';
const HUB = 'hub1public=';
const asks = (host: string, operations: readonly Operation[], evidence: Evidence = healthyEvidence()) =>
  whyAsk(deriveFacts(evidence), [{ host, operations }]);
const onHub = 'hub-1: every node behind this hub depends on it, and no inventory confirms the change';
const changed = (host: string, parts: Partial<NodeEvidence>) =>
  withHost(healthyEvidence(), host, (measured) => ({ ...measured, ...parts }));
const list = (peer: string, ...cidrs: string[]): Operation => ({ op: 'wg allowed-ips', dev: 'wg0', peer, cidrs });

describe('a change on', () => {
  const entry: Operation = { op: 'fdb replace', mac: '0a:58:0a:2a:0c:00', dst: '10.200.0.12', dev: 'flannel.1' };

  it.each([
    ['gpu-1', []],
    ['gpu-2', []],
    ['hub-1', [onHub]],
  ])('%s asks: %j', (host, why) => {
    expect(asks(host, [entry])).toEqual(why);
    expect(asks(host, [])).toEqual([]);
  });
});

describe('a change, where nobody is read', () => {
  it('asks only what it is about itself', () => {
    const unknown = deriveFacts({ ...healthyEvidence(), nodes: [], readings: [] });
    expect(whyAsk(unknown, [{ host: 'gpu-2', operations: [{ op: 'link up', dev: 'wg0' }] }])).toEqual([]);
    expect(whyAskRestart(unknown, 'gpu-2')).toEqual([]);
  });
});

describe('a host that sends wrong checksums', () => {
  const offload: Operation = { op: 'offload', dev: 'flannel.1', feature: 'tx-checksum-ip-generic', value: 'off' };

  it('is known from the node alone, where it is another one', () => {
    expect(asks('gpu-1', [offload])).toEqual([]);
    expect(asks('gpu-2', [offload])).toEqual(['gpu-2: that it sends wrong checksums is known from gpu-1 alone']);
  });
});

describe('forwarding of IPv6', () => {
  const ipv6: Operation = { op: 'sysctl', key: 'net.ipv6.conf.all.forwarding', value: 1 };
  const ipv4: Operation = { op: 'sysctl', key: 'net.ipv4.ip_forward', value: 1 };
  const route = (destination: string, protocol: string): NodeEvidence['routes'][number] => [
    destination,
    'fe80::1',
    'eth0',
    false,
    0,
    protocol,
  ];
  const with6 = (...routes: NodeEvidence['routes']) => changed('gpu-1', { routes });

  it.each<[string, Operation, Evidence, number]>([
    ['a default route of a router', ipv6, with6(route('default', 'ra')), 1],
    ['the same in figures', ipv6, with6(route('::/0', 'ra')), 1],
    ['a default route of its own', ipv6, with6(route('default', 'static')), 0],
    ['another route of a router', ipv6, with6(route('fd00::/64', 'ra')), 0],
    ['no route', ipv6, with6(), 0],
    ['forwarding of IPv4', ipv4, with6(route('default', 'ra')), 0],
  ])('makes the kernel forget a router: %s', (_, operation, evidence, times) => {
    expect(asks('gpu-1', [operation], evidence)).toHaveLength(times);
  });
});

describe('a network that a peer gets', () => {
  /** gpu-1 with a second peer that holds this network. */
  const withStranger = (network: string) => {
    const { wireguard } = healthyHost('gpu-1');
    const [hub] = wireguard?.peers ?? [];
    if (wireguard === null || hub === undefined) throw new Error('gpu-1 has a peer');
    const stranger = { ...hub, publicKey: 'stranger=', allowedIps: [network] };
    return changed('gpu-1', { wireguard: { ...wireguard, peers: [hub, stranger] } });
  };

  it('which it holds already, or which nobody has, within the tunnel’s network, asks nobody', () => {
    expect(asks('gpu-1', [list(HUB, '10.200.0.0/24', '10.0.0.0/16')])).toEqual([]);
    expect(asks('gpu-1', [list(HUB, '10.200.0.77/32')])).toEqual([]);
  });

  it('asks where it only begins in the tunnel’s network', () => {
    expect(asks('gpu-1', [list(HUB, '10.200.0.0/23')])).toEqual([
      'gpu-1: 10.200.0.0/23 lies in no network of wg0 there',
    ]);
  });

  it('and that another one holds moves', () => {
    expect(asks('hub-1', [list('gpu1public=', '10.200.0.11/32', '10.200.0.12/32')])).toEqual([
      onHub,
      `hub-1: 10.200.0.12/32 moves from the peer ${GPU_2} to gpu1public=`,
    ]);
    expect(asks('hub-1', [list(GPU_2), list('gpu1public=', '10.200.0.12/32')])).toHaveLength(2);
    const removes: Operation = { op: 'wg del', dev: 'wg0', peer: GPU_2 };
    expect(asks('hub-1', [removes, list('gpu1public=', '10.200.0.12/32')])).toEqual([onHub]);
  });

  it('within a wider one of another peer does not move: WireGuard chooses the narrower', () => {
    expect(asks('gpu-1', [list(HUB, '10.200.5.0/24')], withStranger('10.200.0.0/16'))).toEqual([]);
    expect(asks('gpu-1', [list(HUB, '10.200.5.0/24')], withStranger('10.200.5.0/25'))).toEqual([
      'gpu-1: 10.200.5.0/24 moves from the peer stranger= to hub1public=',
      'gpu-1: 10.200.5.0/24 lies in no network of wg0 there',
    ]);
  });

  it('that it has already takes nothing from a peer with a part of it', () => {
    expect(asks('gpu-1', [list(HUB, '10.200.0.0/24', '10.0.0.0/16')], withStranger('10.200.0.12/32'))).toEqual([]);
  });

  it('moves also where the peer holds a wider one already, in whatever spelling', () => {
    expect(asks('gpu-1', [list(HUB, '10.200.0.0/24', '10.200.0.0/25')], withStranger('10.200.0.77/25'))).toEqual([
      'gpu-1: 10.200.0.0/25 moves from the peer stranger= to hub1public=',
    ]);
  });

  it.each<[string, Partial<NodeEvidence>, number]>([
    ['as the device itself', {}, 1],
    ['as one of its routes', { routes: [['10.77.0.0/16', null, 'wg0', false, 0]] }, 0],
    ['as a route of another device', { routes: [['10.77.0.0/16', null, 'eth0', false, 0]] }, 1],
    ['as a default route, which is everything', { routes: [['0.0.0.0/0', null, 'wg0', false, 0]] }, 1],
    ['as a route for all addresses', { routes: [['default', null, 'wg0', false, 0]] }, 1],
    ['as an address of the device', { addresses: [['wg0', '10.77.0.1/16']] }, 0],
    ['as an address of another device', { addresses: [['eth0', '10.77.0.1/16']] }, 1],
  ])('lies outside of the tunnel, or not: %s', (_, parts, times) => {
    expect(asks('gpu-1', [list(HUB, '10.77.1.0/24')], changed('gpu-1', parts))).toHaveLength(times);
    const route: Operation = { op: 'route set', cidr: '10.77.1.0/24', dev: 'wg0', mtuBytes: null };
    expect(asks('gpu-1', [route], changed('gpu-1', parts)).filter((why) => why.includes('lies in no'))).toHaveLength(
      times,
    );
    const elsewhere: Operation = { ...route, dev: 'flannel-wg' };
    expect(asks('gpu-1', [elsewhere], changed('gpu-1', parts))).toEqual([]);
  });
});

describe('a network on flannel’s own WireGuard', () => {
  const native = deriveFacts(nativeEvidence());
  const onFlannel = (peer: string, ...cidrs: string[]) =>
    whyAsk(native, [{ host: 'gpu-1', operations: [{ op: 'wg allowed-ips', dev: 'flannel-wg', peer, cidrs }] }]);
  const [gpu2, cloud] = [flannelKeyOf('gpu-2'), flannelKeyOf('cloud-1')];

  it('moves from a peer of that device, and need not lie in the tunnel below', () => {
    expect(onFlannel(gpu2, '10.42.12.0/24')).toEqual([]);
    expect(onFlannel(gpu2, '10.77.0.0/16')).toEqual([]);
    expect(onFlannel(gpu2, '10.42.1.0/24')).toEqual([`gpu-1: 10.42.1.0/24 moves from the peer ${cloud} to ${gpu2}`]);
  });
});

describe('a change on a host that was not read', () => {
  const unread = { ...healthyEvidence(), readings: healthyEvidence().readings.filter(({ host }) => host !== 'gpu-2') };

  it('asks for every network of the tunnel', () => {
    expect(asks('gpu-2', [list(HUB, '10.200.0.0/24')], unread)).toEqual([
      'gpu-2: 10.200.0.0/24 lies in no network of wg0 there',
    ]);
  });

  it('asks nobody for what needs no reading', () => {
    const others: readonly Operation[] = [
      { op: 'sysctl', key: 'net.ipv6.conf.all.forwarding', value: 1 },
      { op: 'link mtu', dev: 'wg0', mtuBytes: 1200 },
      { op: 'wg listen-port', dev: 'wg0', port: 51_822 },
    ];
    expect(asks('gpu-2', others, unread)).toEqual([]);
  });
});

describe('an endpoint', () => {
  it('always asks: one other node’s tunnel alone tells it', () => {
    const endpoint: Operation = { op: 'wg endpoint', dev: 'wg0', peer: HUB, endpoint: '198.51.100.9:51820' };
    expect(asks('gpu-1', [endpoint])).toEqual([
      'gpu-1: the endpoint 198.51.100.9:51820 is known from one other node’s tunnel alone',
    ]);
  });
});

describe('another way or port, where the kernel may drop what comes in', () => {
  const port: Operation = { op: 'wg listen-port', dev: 'wg0', port: 51_822 };
  const route: Operation = { op: 'route set', cidr: '10.200.0.5/32', dev: 'wg0', mtuBytes: null };
  const strict = { sysctls: { 'net.ipv4.conf.wg0.rp_filter': 1 } };
  const why = 'gpu-1: whether its strict reverse-path filter drops the packets was not seen';

  it.each<[string, Partial<NodeEvidence>, readonly string[]]>([
    ['asks where nobody saw whether it does', strict, [why]],
    ['asks nobody where that was seen', { ...strict, counters: {}, rules: [] }, []],
    ['asks nobody where its filter is not strict', { sysctls: { 'net.ipv4.conf.wg0.rp_filter': 2 } }, []],
  ])('%s', (_, parts, reasons) => {
    expect(asks('gpu-1', [port], changed('gpu-1', parts))).toEqual(reasons);
    expect(asks('gpu-1', [route], changed('gpu-1', parts))).toEqual(reasons);
    expect(asks('gpu-1', [{ ...route, dev: 'flannel-wg' }], changed('gpu-1', parts))).toEqual([]);
  });
});

describe('an address of IPv6', () => {
  it('is the node’s own word on every other host', () => {
    const { self, ...facts } = deriveFacts(healthyEvidence());
    const of6 = { ...facts, self: self && { ...self, family: 'ipv6' as const } };
    const entry: Operation = { op: 'neigh replace', ip: 'fd42::b', mac: '0a:58:0a:2a:0b:00', dev: 'flannel-v6.1' };
    const why = (host: string, operations: readonly Operation[]) => whyAsk(of6, [{ host, operations }]);
    expect(why('gpu-2', [entry])).toEqual(['gpu-2: the node’s IPv6 address is known from its own Node object alone']);
    expect(why('gpu-2', [])).toEqual([]);
    expect(why('gpu-1', [entry])).toEqual([]);
    expect(asks('gpu-2', [entry])).toEqual([]);
  });
});

describe('a restart of the agent', () => {
  const serving = (evidence: Evidence): Evidence => ({
    ...evidence,
    nodes: evidence.nodes.map((node) =>
      node.metadata.name === 'gpu-1'
        ? {
            ...node,
            metadata: {
              ...node.metadata,
              labels: { ...node.metadata.labels, 'node-role.kubernetes.io/control-plane': '' },
            },
          }
        : node,
    ),
  });
  const why = (evidence: Evidence, host: string) => whyAskRestart(deriveFacts(evidence), host);
  const server = 'gpu-1: the control plane there may restart with its agent';

  it.each<[string, Evidence, string, readonly string[]]>([
    ['a node', healthyEvidence(), 'gpu-1', []],
    ['a node with the label of a server', serving(healthyEvidence()), 'gpu-1', [server]],
    ['another node than the server', serving(healthyEvidence()), 'gpu-2', []],
    ['a node on which the server of k3s runs', changed('gpu-1', { agents: ['k3s-server'] }), 'gpu-1', [server]],
    ['a node on which the agent of k3s runs', changed('gpu-1', { agents: ['k3s-agent'] }), 'gpu-1', []],
    [
      'the hub',
      healthyEvidence(),
      'hub-1',
      ['hub-1: every node behind this hub is without its NAT rules for a moment'],
    ],
    ['a host that nobody knows', healthyEvidence(), 'ghost', []],
  ])('of %s asks: %#', (_, evidence, host, reasons) => {
    expect(why(evidence, host)).toEqual(reasons);
  });
});
