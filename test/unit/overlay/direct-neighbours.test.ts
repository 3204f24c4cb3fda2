import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import { type OverlayConfig, overlayConfig } from '../../../core/overlay/overlay-config.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import {
  directVotes,
  isBesideOverlay,
  isDirect,
  isDisputed,
  neighbourDevice,
} from '../../../core/overlay/vxlan/direct-routing.ts';
import { healthyHost, network, nodes, vtepOf } from '../../fakes/healthy-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';

type Row = NodeEvidence['routes'][number];

const [cloud, hub] = [vtepOf('cloud-1'), vtepOf('hub-1')];
const [hubAddress, hubPods] = [hub.publicIp, hub.podCidr];
const subnet: Row = ['10.0.0.0/16', null, 'eth0', false, 0];
const toHub = (gateway: string | null, device = 'eth0'): Row => [hubPods, gateway, device, false, 0];
const settings = (directRouting: OverlayConfig['directRouting']): OverlayConfig => ({ port: 8472, directRouting });

/** cloud-1 in one subnet with hub-1, about which it has nothing but these routes. */
function beside(routes: readonly Row[] = [], parts: Partial<NodeEvidence> = {}): NodeEvidence {
  const host = healthyHost('cloud-1');
  return {
    ...host,
    addresses: [...host.addresses, ['eth0', '10.0.2.20/16']],
    routes: [...host.routes.filter(([destination]) => destination !== hubPods), subnet, ...routes],
    fdb: host.fdb.filter(([, destination]) => destination !== hubAddress),
    neighbours: host.neighbours.filter(([ip]) => ip !== hub.overlayIp),
    ...parts,
  };
}

describe('a peer’s pods are reached directly', () => {
  it.each<[string, readonly Row[], boolean]>([
    ['through the peer itself', [toHub(hubAddress)], true],
    ['through it by the second of two routes', [toHub('10.0.0.1'), toHub(hubAddress)], true],
    ['not through another gateway', [toHub('10.0.0.1')], false],
    ['not straight from a device', [toHub(null)], false],
    ['not through flannel’s own device', [toHub(hubAddress, 'flannel.1')], false],
    ['not where there is no route', [], false],
  ])('%s', (_, routes, direct) => {
    expect(isDirect(beside(routes), 'flannel.1', hub)).toBe(direct);
  });
});

describe('a peer is a neighbour', () => {
  const device = (measured: NodeEvidence) => neighbourDevice(cloud, hub, measured);
  const wireguard = healthyHost('gpu-1').wireguard;
  const throughTunnel = (...allowedIps: string[]): Partial<NodeEvidence> => ({
    addresses: [['wg0', '10.0.2.20/16']],
    routes: [['10.0.0.0/16', null, 'wg0', false, 0]],
    wireguard: wireguard && { ...wireguard, peers: wireguard.peers.map((peer) => ({ ...peer, allowedIps })) },
  });

  it.each<[string, NodeEvidence, string | undefined]>([
    ['on the device that has the host’s own address', beside(), 'eth0'],
    [
      'not where a gateway leads to it',
      beside([], { routes: [['10.0.0.0/16', '10.0.0.1', 'eth0', false, 0]] }),
      undefined,
    ],
    ['not on another device', beside([], { routes: [['10.0.0.0/16', null, 'eth1', false, 0]] }), undefined],
    ['not where there is no way to it', beside([], { routes: [] }), undefined],
    ['not where no device has the host’s own address', beside([], { addresses: [] }), undefined],
    ['beside a tunnel that the host has too', beside([], { wireguard }), 'eth0'],
    ['in a tunnel that carries its pods', beside([], throughTunnel('10.42.0.0/24')), 'wg0'],
    ['not in one that carries a part of them', beside([], throughTunnel('10.42.0.0/25')), undefined],
    [
      'in a tunnel of which another peer carries nothing',
      beside([], {
        ...throughTunnel('10.42.0.0/24'),
        wireguard: wireguard && {
          ...wireguard,
          peers: ['10.42.0.0/24', '10.99.0.0/24'].flatMap((cidr) =>
            wireguard.peers.map((peer) => ({ ...peer, allowedIps: [cidr] })),
          ),
        },
      }),
      'wg0',
    ],
    ['not in one that carries nothing', beside([], throughTunnel()), undefined],
  ])('%s', (_, measured, expected) => {
    expect(device(measured)).toBe(expected);
  });
});

describe('whether a peer is reached directly cannot be told', () => {
  const unseen = { unseen: [{ what: 'addresses', why: 'timeout' }] };
  const far = { addresses: [] };

  it.each<[string, OverlayConfig['directRouting'], NodeEvidence, boolean]>([
    ['of a neighbour, where hosts disagree', 'disputed', beside(), true],
    ['not of another peer, where hosts disagree', 'disputed', beside([], far), false],
    [
      'of any peer, where hosts disagree and this one saw no addresses',
      'disputed',
      beside([], { ...far, ...unseen }),
      true,
    ],
    ['not of a neighbour, where the fleet does so', true, beside(), false],
    ['of any peer, where the fleet does so and this host saw no addresses', true, beside([], unseen), true],
    [
      'of any peer, where the fleet does so and this host saw no routes',
      true,
      beside([], { routes: [], unseen: [{ what: 'routes', why: 'timeout' }] }),
      true,
    ],
    ['not where the fleet does not', false, beside([], unseen), false],
    ['not where nobody shows it', null, beside([], unseen), false],
    ['not of one that has a route', 'disputed', beside([toHub('10.0.0.1')]), false],
    ['not of one that has a forwarding entry', 'disputed', beside([], { fdb: [[hub.vtepMac, hubAddress]] }), false],
    [
      'not of one whose MAC is known',
      'disputed',
      beside([], { neighbours: [[hub.overlayIp, hub.vtepMac, 'PERMANENT']] }),
      false,
    ],
    ['of one whose neighbour failed', 'disputed', beside([], { neighbours: [[hub.overlayIp, null, 'FAILED']] }), true],
  ])('%s', (_, directRouting, measured, disputed) => {
    expect(isDisputed(settings(directRouting), cloud, hub, measured)).toBe(disputed);
  });
});

describe('a peer is no business of flannel’s device', () => {
  it.each<[string, OverlayConfig['directRouting'], NodeEvidence, boolean]>([
    ['where it has a direct route', null, beside([toHub(hubAddress)]), true],
    ['not where the fleet has none, whatever the host has', false, beside([toHub(hubAddress)]), false],
    ['where it must have one', true, beside(), true],
    ['where nobody knows', 'disputed', beside(), true],
    ['not where nobody shows another way', null, beside(), false],
  ])('%s', (_, directRouting, measured, is) => {
    expect(isBesideOverlay(settings(directRouting), cloud, hub, measured, 'flannel.1')).toBe(is);
  });
});

describe('what a host shows of DirectRouting', () => {
  const [second, third] = ['10.0.3.30', '10.0.4.40'].map((publicIp, index) => ({
    ...hub,
    node: `cloud-${index + 2}`,
    publicIp,
    podCidr: `10.42.${index + 2}.0/24`,
    overlayIp: `10.42.${index + 2}.0`,
  }));
  const members = [hub, cloud, ...[second, third].filter((each) => each !== undefined), vtepOf('gpu-1')];
  const votes = (measured: NodeEvidence, device: string | null = 'flannel.1') => directVotes(measured, members, device);

  it.each<[string, NodeEvidence, readonly boolean[]]>([
    ['a direct route', beside([toHub(hubAddress)]), [true]],
    ['a forwarding entry', beside([], { fdb: [[hub.vtepMac, hubAddress]] }), [false]],
    ['both, of two neighbours', beside([toHub(hubAddress)], { fdb: [[hub.vtepMac, '10.0.3.30']] }), [true, false]],
    ['nothing of a neighbour', beside(), []],
    ['nothing where its own address is not seen', beside([toHub(hubAddress)], { addresses: [] }), []],
    ['nothing of a peer behind a gateway', beside([], { fdb: [[hub.vtepMac, '10.200.0.11']] }), []],
  ])('is told by %s', (_, measured, shown) => {
    expect(votes(measured)).toEqual(shown);
  });

  it.each([
    ['device', 1],
    ['wireguard', 0],
    ['tun', 0],
  ])('is told by a neighbour on a %s in %i cases', (kind, count) => {
    const links = healthyHost('cloud-1').links.map((link) => (link.name === 'eth0' ? { ...link, kind } : link));
    expect(votes(beside([toHub(hubAddress)], { links }))).toHaveLength(count);
  });

  it('is told by a neighbour on its card, whatever tunnels the host has too', () => {
    const links = [...healthyHost('gpu-1').links.toReversed(), ...healthyHost('cloud-1').links];
    expect(votes(beside([toHub(hubAddress)], { links }))).toEqual([true]);
  });

  it('is nothing by an entry for the host itself', () => {
    expect(votes(beside([], { fdb: [[cloud.vtepMac, cloud.publicIp]] }))).toEqual([]);
  });

  it('is nothing where flannel’s device is not known', () => {
    expect(votes(beside([toHub(hubAddress)]), null)).toEqual([]);
  });
});

describe('whether the fleet has DirectRouting, by what its hosts show', () => {
  const [direct, overlay] = [beside([toHub(hubAddress)]), beside([], { fdb: [[hub.vtepMac, hubAddress]] })];
  const blind = beside([], { addresses: [], unseen: [{ what: 'addresses', why: 'timeout' }] });
  const shown = (...hosts: readonly NodeEvidence[]) => overlayConfig(hosts, 'flannel.1', nodes).directRouting;

  it.each<[string, readonly NodeEvidence[], OverlayConfig['directRouting']]>([
    ['most do', [direct, direct, overlay], true],
    ['as many do as do not', [direct, overlay], 'disputed'],
    ['most do not', [direct, overlay, overlay], null],
    ['none does', [overlay], null],
    ['none shows anything', [beside()], null],
    ['none shows anything, and one saw no addresses', [beside(), blind], 'disputed'],
    ['one does, and another one saw no addresses', [direct, blind], true],
    ['one does not, and another one saw no addresses', [overlay, blind], null],
    ['there is none', [], null],
  ])('%s', (_, hosts, expected) => {
    expect(shown(...hosts)).toBe(expected);
  });

  it('is not told by a host that reaches one neighbour directly and another one through the overlay', () => {
    const third = nodes
      .filter(({ metadata }) => metadata.name === 'hub-1')
      .map((node) => withAnnotations(node, { 'flannel.alpha.coreos.com/public-ip': '10.0.3.30' }))
      .map((node) => ({
        ...node,
        metadata: { ...node.metadata, name: 'cloud-2' },
        spec: { podCIDR: '10.42.2.0/24' },
      }));
    const mixed = beside([toHub(hubAddress)], { fdb: [[hub.vtepMac, '10.0.3.30']] });
    expect(overlayConfig([mixed], 'flannel.1', [...nodes, ...third]).directRouting).toBeNull();
    expect(overlayConfig([direct], 'flannel.1', [...nodes, ...third]).directRouting).toBe(true);
  });

  it('is not told by Node objects that cannot be read', () => {
    const unreadable = nodes.map((node) => ({ ...node, spec: {} }));
    expect(overlayConfig([direct], 'flannel.1', unreadable).directRouting).toBeNull();
  });
});

describe('the difference about a neighbour', () => {
  const found = (directRouting: OverlayConfig['directRouting'], host: NodeEvidence) =>
    expectedNetwork(nodes, 'cloud-1', settings(directRouting))
      .findDrift('cloud-1', host, 'flannel.1')
      .map(({ type }) => type);
  const routesUnseen = { unseen: [{ what: 'routes', why: 'timeout' }] };

  it('is every entry of the overlay, where the fleet has no DirectRouting and the host reaches it directly', () => {
    expect(found(false, beside([toHub(hubAddress)]))).toEqual(['neighbour-missing', 'fdb-missing', 'route-wrong']);
    expect(found(null, beside([toHub(hubAddress)]))).toEqual([]);
  });

  it('is a route through the overlay, where the fleet has DirectRouting', () => {
    const overlay: Row = [hubPods, hub.overlayIp, 'flannel.1', true, 0];
    expect(found(true, beside([overlay]))).toEqual(['route-wrong']);
  });

  it('is nothing that was not seen', () => {
    expect(found(true, beside([], { routes: [], ...routesUnseen }))).toEqual([]);
    expect(found('disputed', beside([], { routes: [], ...routesUnseen }))).toEqual([]);
    expect(found(null, beside([], routesUnseen))).toEqual(['neighbour-missing', 'fdb-missing']);
  });

  it('is the same as about any other peer, where nothing is known of DirectRouting', () => {
    const away = beside().routes.filter(([destination]) => destination !== '10.0.0.0/16');
    expect(found(null, beside([], { routes: away }))).toEqual(['neighbour-missing', 'fdb-missing', 'route-missing']);
    expect(network.findDrift('cloud-1', beside(), 'flannel.1')).toHaveLength(3);
  });
});
