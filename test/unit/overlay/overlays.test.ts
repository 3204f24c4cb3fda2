import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import type { IpFamily } from '../../../core/network/mtu.ts';
import { UNKNOWN_CONFIG } from '../../../core/overlay/overlay-config.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { healthyHost, nodes } from '../../fakes/healthy-evidence.ts';
import { flannelKeyOf, nativeNodes } from '../../fakes/native-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';

const running = (backendType: string): readonly NodeObject[] =>
  nodes.map((node) => withAnnotations(node, { 'flannel.alpha.coreos.com/backend-type': backendType }));
const hostGwNodes = running('host-gw');
const of = (fleet: readonly NodeObject[], family: IpFamily = 'ipv4') =>
  expectedNetwork(fleet, 'gpu-1', UNKNOWN_CONFIG, family);

describe('flannel’s own device', () => {
  it.each<[string, readonly NodeObject[], IpFamily, string, string | null]>([
    ['VXLAN is the one that is set', nodes, 'ipv4', 'flannel.7', 'flannel.7'],
    ['VXLAN over IPv6 ends with the same VNI', nodes, 'ipv6', 'flannel.42', 'flannel-v6.42'],
    ['VXLAN over IPv6 ends with flannel’s VNI where the name has none', nodes, 'ipv6', 'overlay.2b', 'flannel-v6.1'],
    ['WireGuard has its own name', nativeNodes, 'ipv4', 'flannel.7', 'flannel-wg'],
    ['WireGuard has another one for IPv6', nativeNodes, 'ipv6', 'flannel.7', 'flannel-wg-v6'],
    ['host-gw does not exist', hostGwNodes, 'ipv4', 'flannel.7', null],
    ['an overlay that is not known does not exist', running('udp'), 'ipv4', 'flannel.7', null],
  ])('of %s', (_, fleet, family, vxlanDevice, device) => {
    expect(of(fleet, family).device({ vxlanDevice })).toBe(device);
  });
});

describe('by what a host’s entries for a node are known, and what a tunnel must carry for it', () => {
  const [address, pods] = ['10.200.0.12', '10.42.12.0/24'];

  it.each<[string, readonly NodeObject[], readonly string[], readonly string[]]>([
    ['VXLAN', nodes, [address], [address]],
    ['flannel’s own WireGuard', nativeNodes, [address, pods, flannelKeyOf('gpu-2')], [address]],
    ['host-gw', hostGwNodes, [address, pods], [address, pods]],
    ['an overlay that is not known', running('udp'), [], []],
  ])('with %s', (_, fleet, focus, carried) => {
    expect(of(fleet).focus('gpu-2')).toEqual(focus);
    expect(of(fleet).carriedNetworks('gpu-2')).toEqual(carried);
    expect(of(fleet).focus('ghost')).toEqual([]);
    expect(of(fleet).carriedNetworks('ghost')).toEqual([]);
  });
});

describe('a host that is not in the network', () => {
  const readings = () => healthyHost('gpu-1');
  const lost = { type: 'route-missing', host: 'ghost', peer: 'gpu-2' } as const;

  it.each([
    ['VXLAN', nodes],
    ['flannel’s own WireGuard', nativeNodes],
    ['host-gw', hostGwNodes],
    ['an overlay that is not known', running('udp')],
  ])('has no difference, and gets nothing: %s', (_, fleet) => {
    const network = of(fleet);
    const wrecked = { ...healthyHost('gpu-1'), routes: [], links: [] };
    expect(network.findDrift('ghost', wrecked, 'flannel.1')).toEqual([]);
    expect(network.mend(lost, 'flannel.1', readings)).toEqual([]);
    expect(network.rebuild('ghost', 'flannel.1', readings)).toEqual([]);
    expect(network.fullState('ghost', 'flannel.1', readings)).toEqual([]);
  });
});

describe('what only flanneld can make', () => {
  it.each([
    ['flannel’s own WireGuard', nativeNodes],
    ['host-gw, which has no device', hostGwNodes],
    ['an overlay that is not known', running('udp')],
  ])('is not made anew, and not replayed: %s', (_, fleet) => {
    const network = of(fleet);
    expect(network.rebuild('gpu-1', 'flannel-wg', () => healthyHost('gpu-1'))).toEqual([]);
    expect(network.fullState('gpu-1', 'flannel-wg', () => healthyHost('gpu-1'))).toEqual([]);
    expect(network.mend({ type: 'device-missing', host: 'gpu-1', device: 'x' }, 'x', () => undefined)).toEqual([]);
  });
});
