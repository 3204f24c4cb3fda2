import { describe, expect, it } from 'vitest';
import { expectedNetwork } from '../../../core/evidence/expected-network.ts';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { nodes } from '../../fakes/healthy-evidence.ts';
import { asNative, flannelKeyOf, nativeNodes } from '../../fakes/native-evidence.ts';

const withAnnotations = (node: NodeObject, annotations: Readonly<Record<string, string>>): NodeObject => ({
  ...node,
  metadata: { ...node.metadata, annotations: { ...node.metadata.annotations, ...annotations } },
});
const gpu1 = (change: (node: NodeObject) => NodeObject) => (node: NodeObject) =>
  node.metadata.name === 'gpu-1' ? change(node) : node;

describe('the expected network', () => {
  it('of VXLAN has a MAC and a VNI for every node', () => {
    const network = expectedNetwork(nodes, 'gpu-1');
    expect(network).toMatchObject({ backend: 'vxlan', unusable: [] });
    expect(network.vteps[2]).toEqual({
      backend: 'vxlan',
      node: 'gpu-1',
      podCidr: '10.42.11.0/24',
      vtepIp: '10.42.11.0',
      publicIp: '10.200.0.11',
      vtepMac: '0a:58:0a:2a:0b:00',
      vni: 1,
    });
  });

  it('of flannel’s own WireGuard has a key for every node', () => {
    const network = expectedNetwork(nativeNodes, 'gpu-1');
    expect(network).toMatchObject({ backend: 'wireguard-native', unusable: [] });
    expect(network.vteps[2]).toEqual({
      backend: 'wireguard-native',
      node: 'gpu-1',
      podCidr: '10.42.11.0/24',
      vtepIp: '10.42.11.0',
      publicIp: '10.200.0.11',
      publicKey: flannelKeyOf('gpu-1'),
    });
  });

  it.each([
    ['wireguard-native', 'gpu-1', ['gpu-1'], 'backend type is vxlan, not wireguard'],
    ['vxlan', 'gpu-2', ['hub-1', 'cloud-1', 'gpu-2'], 'backend type is wireguard, not vxlan'],
  ])('of a mixed fleet holds the nodes of the same backend alone: %s', (backend, about, held, why) => {
    const network = expectedNetwork(nodes.map(gpu1(asNative)), about);
    expect(network.backend).toBe(backend);
    expect(network.vteps.map(({ node }) => node)).toEqual(held);
    expect(network.unusable.map(({ reason }) => reason)).toContain(why);
  });

  it.each([
    ['no data', {}, 'backend data holds no WireGuard key', 'flannel.alpha.coreos.com/backend-data'],
    ['no JSON', { 'flannel.alpha.coreos.com/backend-data': '{' }, 'backend data holds no WireGuard key', ''],
    [
      'no key',
      { 'flannel.alpha.coreos.com/backend-data': '{"PublicKey":"short"}' },
      'backend data holds no WireGuard key',
      '',
    ],
    [
      'no address',
      { 'flannel.alpha.coreos.com/public-ip': 'gpu-1.example' },
      'public IP is not an address: gpu-1.example',
      '',
    ],
  ])('says of a native node with %s why it cannot be used', (_what, annotations, reason, removed) => {
    const broken = nativeNodes.map(
      gpu1((node) => {
        const changed = withAnnotations(node, annotations);
        const kept = Object.entries(changed.metadata.annotations).filter(([name]) => name !== removed);
        return { ...changed, metadata: { ...changed.metadata, annotations: Object.fromEntries(kept) } };
      }),
    );
    expect(expectedNetwork(broken, 'gpu-1').unusable).toEqual([{ node: 'gpu-1', reason }]);
  });

  it('is that of VXLAN when the node’s object names no backend that is known', () => {
    const odd = nodes.map(
      gpu1((node) => withAnnotations(node, { 'flannel.alpha.coreos.com/backend-type': 'host-gw' })),
    );
    const network = expectedNetwork(odd, 'gpu-1');
    expect(network.backend).toBe('vxlan');
    expect(network.unusable).toEqual([{ node: 'gpu-1', reason: 'backend type is host-gw, not vxlan' }]);
  });
});
