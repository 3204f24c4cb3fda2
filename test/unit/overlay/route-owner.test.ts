import { describe, expect, it } from 'vitest';
import type { NodeEvidence } from '../../../core/evidence/node-evidence.ts';
import type { Member } from '../../../core/overlay/member.ts';
import { otherRoute, shadowsOf, withoutRoute } from '../../../core/overlay/route-drift.ts';
import { leadsToNetwork } from '../../../core/overlay/route-owner.ts';
import { healthyHost, vtepOf } from '../../fakes/healthy-evidence.ts';

type Row = NodeEvidence['routes'][number];

const healthy = healthyHost('gpu-1');
/** gpu-1 with an address on its uplink, a bridge, and a userspace tunnel. */
const host: NodeEvidence = {
  ...healthy,
  links: [
    ...healthy.links,
    ...(['tun', 'bridge'] as const).map((kind) => ({
      name: `${kind}0`,
      kind,
      up: true,
      mtuBytes: 1400,
      mac: null,
      vxlan: null,
    })),
  ],
  addresses: [...healthy.addresses, ['eth0', '192.168.1.5/24'], ['bridge0', '10.42.12.1/25']],
};
const GATEWAY = '192.168.1.7';
const via = (destination: string, protocol?: string, device = 'eth0'): Row => [
  destination,
  GATEWAY,
  device,
  false,
  0,
  protocol,
];
const onto = (destination: string, device: string, protocol?: string): Row => [
  destination,
  null,
  device,
  false,
  0,
  protocol,
];

describe('a route leads to a network that somebody uses', () => {
  it.each<[string, Row, boolean]>([
    ...['kernel', 'dhcp', 'ra', 'redirect', 'bgp', 'ospf', 'isis', 'rip', 'babel'].map(
      (protocol): [string, Row, true] => [`where ${protocol} made it`, via('10.42.12.0/25', protocol), true],
    ),
    ['not where an administrator made it', via('10.42.12.0/25', 'static'), false],
    ['not where nobody says who made it', via('10.42.12.0/25'), false],
    ['where its destination cannot be read', via('unreachable'), true],
    ['where its neighbours are on its device', onto('10.42.12.0/25', 'eth0', 'boot'), true],
    ['where it leads onto a bridge', onto('10.42.12.0/25', 'bridge0', 'boot'), true],
    ['where its device is not known', onto('10.42.12.0/25', 'docker0', 'boot'), true],
    ['not where it leads straight into WireGuard', onto('10.42.12.0/25', 'wg0', 'boot'), false],
    ['not where it leads straight into a userspace tunnel', onto('10.42.12.0/25', 'tun0', 'boot'), false],
    ['not where it leads straight into VXLAN', onto('10.42.12.0/25', 'flannel.1', 'boot'), false],
    ['also into a tunnel, where the kernel made it', onto('10.42.12.0/25', 'wg0', 'kernel'), true],
    ['where an address of the uplink lies in it', via('192.168.1.4/30', 'static'), true],
    ['where the host’s default gateway lies in it', via('192.168.1.0/30', 'static'), true],
    ['not where the gateway of another route lies in it', via('10.42.12.0/31', 'static'), false],
    ['not where an address of a tunnel lies in it', via('10.200.0.0/28', 'static'), false],
    ['not where an address of a bridge lies in it', via('10.42.12.0/28', 'static'), false],
  ])('%s', (_, row, leads) => {
    const others = {
      ...host,
      routes: [...host.routes, ['10.77.0.0/16', '10.42.12.1', 'eth0', false, 0] satisfies Row],
    };
    expect(leadsToNetwork(row, others)).toBe(leads);
  });

  it('not by a default route without a gateway, nor by an address that cannot be read', () => {
    const odd: NodeEvidence = {
      ...host,
      routes: [['default', null, 'eth0', false, 0]],
      addresses: [['eth0', 'none']],
    };
    expect(leadsToNetwork(via('192.168.1.0/30', 'static'), odd)).toBe(false);
  });
});

describe('a route of exactly a peer’s pods that is not flannel’s', () => {
  const peer = vtepOf('gpu-2');
  const ofGpu2 = { host: 'gpu-1', peer: 'gpu-2' };
  const other = (row: Row) => otherRoute('gpu-1', peer, row, host);

  it('is told with its gateway, or that it has none', () => {
    expect(other(via(peer.podCidr, 'static'))).toEqual({
      type: 'route-wrong',
      ...ofGpu2,
      actual: 'via 192.168.1.7 dev eth0',
    });
    expect(other(onto(peer.podCidr, 'wg0', 'boot'))).toMatchObject({ actual: 'via nothing dev wg0' });
  });

  const withMetric = (metric: number | undefined, protocol = 'static', of: Member = peer) =>
    otherRoute('gpu-1', of, [of.podCidr, GATEWAY, 'eth0', false, 0, protocol, null, null, metric], host);

  it('did not replace it where its metric is higher than flannel’s, which is that of the kernel', () => {
    expect(withMetric(undefined)).toMatchObject({ type: 'route-wrong' });
    expect(withMetric(0)).toMatchObject({ type: 'route-wrong' });
    expect(withMetric(1)).toEqual({ type: 'route-missing', ...ofGpu2 });
  });

  it('has 1024 in IPv6, where nobody says another metric', () => {
    const of6: Member = { ...peer, family: 'ipv6', podCidr: 'fd42:0:0:c::/64', overlayIp: 'fd42:0:0:c::' };
    expect(withMetric(undefined, 'static', of6)).toMatchObject({ type: 'route-wrong' });
    expect(withMetric(1024, 'static', of6)).toMatchObject({ type: 'route-wrong' });
    expect(withMetric(1025, 'static', of6)).toMatchObject({ type: 'route-missing' });
  });

  it('stays where it is somebody’s network, whatever its metric', () => {
    expect(withMetric(1, 'bgp')).toEqual({
      type: 'network-overlap',
      ...ofGpu2,
      destination: '10.42.12.0/24',
      device: 'eth0',
    });
  });
});

describe('where a peer’s route is gone', () => {
  const peer = vtepOf('gpu-2');
  const left = (...routes: readonly Row[]) => withoutRoute('gpu-1', peer, { ...host, routes: [...routes] });

  it.each<[string, readonly Row[]]>([
    ['nothing is left', []],
    ['the default route is left', [via('default')]],
    ['a wider route leads onto another device', [onto('10.42.0.0/16', 'eth0')]],
    ['a narrower route alone leads into the tunnel', [onto('10.42.12.0/25', 'wg0')]],
  ])('it is missing, when %s', (_, routes) => {
    expect(left(...routes)).toEqual({ type: 'route-missing', host: 'gpu-1', peer: 'gpu-2' });
  });

  it.each(['wg0', 'tun0'])('its packets escape, when a wider one leads into %s', (device) => {
    expect(left(onto('10.42.0.0/16', device))).toEqual({
      type: 'route-wrong',
      host: 'gpu-1',
      peer: 'gpu-2',
      actual: `10.42.0.0/16 dev ${device}`,
    });
  });
});

describe('a narrower route', () => {
  const shadows = (...routes: readonly Row[]) =>
    shadowsOf('gpu-1', vtepOf('gpu-2'), { ...host, routes: [...routes] }, 'flannel.1');
  const about = { host: 'gpu-1', peer: 'gpu-2', destination: '10.42.12.0/25' };

  it('shadows the peer’s own, or is a network of somebody, and is neither on flannel’s own device', () => {
    expect(shadows(onto('10.42.12.0/25', 'wg0'))).toEqual([{ type: 'route-shadowed', ...about, device: 'wg0' }]);
    expect(shadows(onto('10.42.12.0/25', 'eth0'))).toEqual([{ type: 'network-overlap', ...about, device: 'eth0' }]);
    expect(shadows(onto('10.42.12.0/25', 'flannel.1'))).toEqual([]);
  });
});
