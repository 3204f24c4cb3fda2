import { describe, expect, it } from 'vitest';
import { type ForRepair, type Found, nothingFits } from '../../../core/diagnosis/diagnosis.ts';
import { deriveFacts, type Facts } from '../../../core/diagnosis/facts.ts';
import type { TunnelSize } from '../../../core/diagnosis/tunnel-size.ts';
import type { Evidence } from '../../../core/evidence/evidence.ts';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { formatOperation } from '../../../core/grammar/operation.ts';
import { overlays } from '../../../core/overlay/registry.ts';
import { keptFlannelMtu } from '../../../core/repair/kept-flannel-mtu.ts';
import { insideFlannel, planMtu } from '../../../core/repair/plan-mtu.ts';
import { evidenceWith, healthyEvidence } from '../../fakes/healthy-evidence.ts';
import { nativeEvidence } from '../../fakes/native-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';
import { withHost } from '../../fixtures/changed-evidence.ts';

const found = (forRepair: ForRepair): Found => ({ ...nothingFits([]), forRepair });
const size = (parts: Partial<TunnelSize> = {}): TunnelSize => ({
  carriedBytes: 1339,
  tooLarge: ['gpu-1', 'hub-1'],
  deviceTooLarge: false,
  host: 'gpu-1',
  because: [],
  ...parts,
});
const planned = (facts: Facts, forRepair: ForRepair) =>
  planMtu(facts, found(forRepair)).map(({ host, operations }) => [host, ...operations.map(formatOperation)]);

/** The hub's full-size packets to the node are lost, as a black hole loses them. */
const blackHole = (change: (host: NodeEvidence) => NodeEvidence = (host) => host, host = 'gpu-1') =>
  evidenceWith(host, change, (from, name) => !(from === 'hub-1' && name === 'full-gpu-1'));
const facts = (evidence: Evidence = blackHole()) => deriveFacts(evidence);
const ofNode = ['gpu-1', 'link mtu wg0 1339', 'link mtu flannel.1 1289'];
const ofHub = ['hub-1', 'route set 10.200.0.11/32 dev wg0 mtu 1328'];
const sized = (name: string, mtuBytes: number) => (host: NodeEvidence) => ({
  ...host,
  links: host.links.map((link) => (link.name === name ? { ...link, mtuBytes } : link)),
});

describe('a path that carries less than the tunnel lets out', () => {
  it('is healed at both ends, where the hub’s packets are padded', () => {
    expect(planned(facts(), { tunnelSize: size() })).toEqual([ofNode, ofHub]);
  });

  it.each<[string, Facts, Partial<TunnelSize>]>([
    ['whose device is small enough', facts(), { tooLarge: ['gpu-1'] }],
    ['whose own packets pass', facts(healthyEvidence()), {}],
    [
      'that was not read',
      facts({ ...blackHole(), readings: blackHole().readings.filter(({ role }) => role !== 'hub') }),
      {},
    ],
    [
      'that sent no full-size packet',
      facts({ ...blackHole(), readings: blackHole().readings.map((reading) => ({ ...reading, runs: [] })) }),
      {},
    ],
  ])('is not healed at a hub %s: on the node’s word alone nothing is changed there', (_, given, parts) => {
    expect(planned(given, { tunnelSize: size(parts) })).toEqual([ofNode]);
  });

  it.each([
    ['wg0', 1339, ['link mtu flannel.1 1289']],
    ['wg0', 1340, ['link mtu wg0 1339', 'link mtu flannel.1 1289']],
    ['flannel.1', 1289, ['link mtu wg0 1339']],
    ['flannel.1', 1290, ['link mtu wg0 1339', 'link mtu flannel.1 1289']],
  ])('leaves a device as it is that fits already: %s at %i', (device, mtuBytes, lines) => {
    expect(planned(facts(blackHole(sized(device, mtuBytes))), { tunnelSize: size({ tooLarge: [] }) })).toEqual([
      ['gpu-1', ...lines],
    ]);
  });

  it('changes flannel’s device alone, where only one address family is lost', () => {
    expect(planned(facts(), { tunnelSize: size({ familyAlone: true, tooLarge: [] }) })).toEqual([
      ['gpu-1', 'link mtu flannel.1 1289'],
    ]);
  });

  it('gets no device that is not there, and nothing at a node that is not in the network', () => {
    const bare = blackHole((host) => ({ ...host, links: [] }));
    expect(planned(facts(bare), { tunnelSize: size({ tooLarge: [] }) })).toEqual([['gpu-1']]);
    expect(planned({ ...facts(), node: undefined }, { tunnelSize: size({ tooLarge: [] }) })).toEqual([['gpu-1']]);
    expect(planned(facts({ ...blackHole(), nodes: [] }), { tunnelSize: size() })).toEqual([]);
  });

  it('is narrowed for a single address of IPv6 too', () => {
    const { self, ...given } = facts();
    const of6: Facts = { ...given, self: self && { ...self, family: 'ipv6', publicIp: 'fd00::11' } };
    expect(planned(of6, { tunnelSize: size() })[1]).toEqual(['hub-1', 'route set fd00::11/128 dev wg0 mtu 1328']);
  });
});

describe('the hub’s route to pods that nothing wraps', () => {
  const hostGw = (...routes: NodeEvidence['routes']): Evidence => {
    const evidence = blackHole((host) => ({ ...host, routes }), 'hub-1');
    const nodes = evidence.nodes.map((node) =>
      withAnnotations(node, { 'flannel.alpha.coreos.com/backend-type': 'host-gw' }),
    );
    return { ...evidence, nodes, flannelDevice: null };
  };
  const atHub = (evidence: Evidence) => planned(deriveFacts(evidence), { tunnelSize: size() })[1]?.slice(2);

  it.each<[string, NodeEvidence['routes'], readonly string[]]>([
    [
      'is narrowed as well',
      [['10.42.11.0/24', '10.200.0.11', 'wg0', true, 0]],
      ['route replace 10.42.11.0/24 via 10.200.0.11 dev wg0 onlink mtu 1328'],
    ],
    ['stays where it leads elsewhere', [['10.42.11.0/24', '10.200.0.11', 'eth0', true, 0]], []],
    ['stays where it has no gateway', [['10.42.11.0/24', null, 'wg0', false, 0]], []],
    ['stays away where it is not there', [], []],
    ['is told apart from that to the node', [['10.200.0.11/32', '10.200.0.11', 'wg0', true, 0]], []],
  ])('%s', (_, routes, lines) => {
    expect(atHub(hostGw(...routes))).toEqual(lines);
  });

  it('is not guessed at a hub that was not read', () => {
    const evidence = hostGw(['10.42.11.0/24', '10.200.0.11', 'wg0', true, 0]);
    const readings = evidence.readings.map((reading) =>
      reading.role === 'hub' ? { ...reading, passive: { status: 'unreachable' as const, reason: 'timeout' } } : reading,
    );
    expect(atHub({ ...evidence, readings })).toEqual([]);
  });
});

describe('a path MTU that kernels learned long ago', () => {
  it('is forgotten first, and no MTU is set', () => {
    const cached = [
      { host: 'gpu-1', address: '198.51.100.10', why: '' },
      { host: 'hub-1', address: '203.0.113.1', why: '' },
    ];
    expect(planned(facts(), { cached, tunnelSize: size() })).toEqual([
      ['gpu-1', 'route flush cache 198.51.100.10'],
      ['hub-1', 'route flush cache 203.0.113.1'],
    ]);
  });
});

describe('flannel’s own device that is too large for what is below it', () => {
  const oversized = { host: 'hub-1', fittingBytes: 1360, because: [] };

  it('is lowered, where flannel has one', () => {
    expect(planned(facts(), { oversized })).toEqual([['hub-1', 'link mtu flannel.1 1360']]);
    expect(planned(facts({ ...blackHole(), flannelDevice: null }), { oversized })).toEqual([]);
  });

  it('is none where nobody found one', () => {
    expect(planned(facts(), {})).toEqual([]);
    expect(planMtu(facts(), nothingFits([]))).toEqual([]);
  });
});

describe('what fits on flannel’s device', () => {
  const inside = (overlay: keyof typeof overlays, family: Facts['family']) =>
    insideFlannel({ ...facts(), family, network: { ...facts().network, traits: overlays[overlay] } }, 1440);

  it.each([
    ['vxlan', 'ipv4', 1390],
    ['vxlan', 'ipv6', 1370],
    ['wireguard-native', 'ipv4', 1360],
    ['wireguard-native', 'ipv6', 1360],
    ['host-gw', 'ipv4', 1440],
    ['host-gw', 'ipv6', 1440],
  ] as const)('of %s over %s, where the tunnel carries 1440, is %i', (overlay, family, bytes) => {
    expect(inside(overlay, family)).toBe(bytes);
  });

  it('is all of it where the overlay is not known', () => {
    expect(insideFlannel({ ...facts(), network: { ...facts().network, traits: null } }, 1440)).toBe(1440);
  });
});

describe('the MTU that flannel’s configuration must have', () => {
  const kept = (evidence: Evidence, host = 'hub-1') =>
    keptFlannelMtu(deriveFacts(evidence), found({ oversized: { host, fittingBytes: 1360, because: [] } }));
  /** The hub announces the address of its card, of this size. */
  const card = (mtuBytes: number, address = '10.0.1.10/16') =>
    withHost(nativeEvidence(), 'hub-1', (host) => ({
      ...sized('eth0', mtuBytes)(host),
      addresses: [...host.addresses, ['eth0', address]],
    }));
  const written = [
    { host: 'hub-1', file: 'net-conf.json of flannel, for all nodes', section: '"Backend"', lines: ['"MTU": 1440'] },
  ];

  it.each<[string, Evidence, readonly object[]]>([
    ['is written down where the card is larger', card(1441), written],
    ['is nothing where flannel takes as much from the card', card(1440), []],
    ['is nothing where it takes more', card(1400), []],
    ['is written down where the card is not known', card(1400, '10.9.9.9/16'), written],
    ['is nothing of an overlay that is not known', { ...card(1441), nodes: [] }, []],
  ])('%s', (_, evidence, changes) => {
    expect(kept(evidence)).toEqual(changes);
  });

  it('is written down of a host about which nothing is known', () => {
    expect(kept(card(1400), 'ghost')).toMatchObject([{ host: 'ghost', lines: ['"MTU": 1440'] }]);
  });

  it('is nothing where no device is too large', () => {
    expect(keptFlannelMtu(deriveFacts(card(9001)), nothingFits([]))).toEqual([]);
    expect(keptFlannelMtu(deriveFacts(card(9001)), found({}))).toEqual([]);
  });
});
