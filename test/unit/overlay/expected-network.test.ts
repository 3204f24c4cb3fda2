import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../core/evidence/node-object.ts';
import { expectedNetwork } from '../../../core/overlay/registry.ts';
import { healthyHost, nodes } from '../../fakes/healthy-evidence.ts';
import { asNative, flannelKeyOf, nativeNodes } from '../../fakes/native-evidence.ts';
import { withAnnotations } from '../../fakes/with-annotations.ts';

const gpu1 = (change: (node: NodeObject) => NodeObject) => (node: NodeObject) =>
  node.metadata.name === 'gpu-1' ? change(node) : node;

describe('the expected network', () => {
  it('of VXLAN has a MAC and a VNI for every node', () => {
    const network = expectedNetwork(nodes, 'gpu-1');
    expect(network).toMatchObject({ traits: { name: 'vxlan' }, unusable: [] });
    expect(network.members[2]).toEqual({
      node: 'gpu-1',
      family: 'ipv4',
      podCidr: '10.42.11.0/24',
      overlayIp: '10.42.11.0',
      publicIp: '10.200.0.11',
      vtepMac: '0a:58:0a:2a:0b:00',
      vni: 1,
    });
  });

  it('of flannel’s own WireGuard has a key for every node', () => {
    const network = expectedNetwork(nativeNodes, 'gpu-1');
    expect(network).toMatchObject({ traits: { name: 'wireguard-native' }, unusable: [] });
    expect(network.members[2]).toEqual({
      node: 'gpu-1',
      family: 'ipv4',
      podCidr: '10.42.11.0/24',
      overlayIp: '10.42.11.0',
      publicIp: '10.200.0.11',
      publicKey: flannelKeyOf('gpu-1'),
    });
  });

  it.each([
    ['wireguard-native', 'gpu-1', ['gpu-1'], 'backend type is vxlan, not wireguard'],
    ['vxlan', 'gpu-2', ['hub-1', 'cloud-1', 'gpu-2'], 'backend type is wireguard, not vxlan'],
  ])('of a mixed fleet holds the nodes of the same backend alone: %s', (backend, about, held, why) => {
    const network = expectedNetwork(nodes.map(gpu1(asNative)), about);
    expect(network.traits?.name).toBe(backend);
    expect(network.members.map(({ node }) => node)).toEqual(held);
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

  it.each([
    [
      'udp',
      'the annotation flannel.alpha.coreos.com/backend-type of gpu-1 is udp; known are vxlan, wireguard, host-gw',
    ],
    [undefined, 'the Node object of gpu-1 has no annotation flannel.alpha.coreos.com/backend-type'],
  ])('of a node whose overlay is not known expects nothing, and says why: %s', (type, reason) => {
    const odd = nodes.map(gpu1((node) => withBackendType(node, type)));
    const network = expectedNetwork(odd, 'gpu-1');
    expect(network).toMatchObject({ traits: null, members: [], conflicts: [], unusable: [{ node: 'gpu-1', reason }] });
    expect(network.findDrift('gpu-1', { ...healthyHost('gpu-1'), fdb: [] }, 'flannel.1')).toEqual([]);
  });

  it('of another node of the same fleet passes over the one whose overlay is not known', () => {
    const odd = nodes.map(gpu1((node) => withBackendType(node, 'udp')));
    const network = expectedNetwork(odd, 'hub-1');
    expect(network.members.map(({ node }) => node)).toEqual(['hub-1', 'cloud-1', 'gpu-2']);
    expect(network.unusable).toEqual([{ node: 'gpu-1', reason: 'backend type is udp, not vxlan' }]);
  });
});

function withBackendType(node: NodeObject, type: string | undefined): NodeObject {
  const name = 'flannel.alpha.coreos.com/backend-type';
  const others = Object.entries(node.metadata.annotations).filter(([key]) => key !== name);
  const annotations = Object.fromEntries([...others, ...(type === undefined ? [] : [[name, type]])]);
  return { ...node, metadata: { ...node.metadata, annotations } };
}
