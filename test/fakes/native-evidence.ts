import type { Evidence } from '../../core/evidence/evidence.ts';
import type { NodeEvidence, Probe } from '../../core/evidence/node-evidence.ts';
import type { NodeObject } from '../../core/evidence/node-object.ts';
import { expectedNetwork, overlays } from '../../core/overlay/registry.ts';
import { type NativePeer, readNativePeer } from '../../core/overlay/wireguard-native/peer.ts';
import { planProbes } from '../../core/probe/probe-plan.ts';
import { healthyEvidence, healthyHost, isSpoke, reading, nodes as vxlanNodes } from './healthy-evidence.ts';

/** The fleet of `healthy-evidence.ts`, whose flannel runs WireGuard itself. */
export const nativeNodes: readonly NodeObject[] = vxlanNodes.map(asNative);

export function asNative(node: NodeObject): NodeObject {
  const annotations = {
    ...node.metadata.annotations,
    'flannel.alpha.coreos.com/backend-type': 'wireguard',
    'flannel.alpha.coreos.com/backend-data': JSON.stringify({ PublicKey: flannelKeyOf(node.metadata.name) }),
  };
  return { ...node, metadata: { ...node.metadata, annotations } };
}

export function flannelKeyOf(name: string): string {
  return `${name.replace('-', '').padEnd(43, 'k')}=`;
}

export const network = expectedNetwork(nativeNodes, 'hub-1');

const members: readonly NativePeer[] = nativeNodes.flatMap((node) => {
  const peer = readNativePeer(node, 'ipv4');
  return typeof peer === 'string' ? [] : [peer];
});

export function around(name: string): { readonly self: NativePeer; readonly peers: readonly NativePeer[] } {
  const self = members.find(({ node }) => node === name);
  if (self === undefined) throw new Error(`no peer ${name}`);
  return { self, peers: members.filter((member) => member !== self) };
}

type FlannelWireGuard = NonNullable<NodeEvidence['flannelWireGuard']>;

/** What `diagnose` prints on a host whose flannel-wg is exactly as flanneld makes it. */
export function nativeHost(name: string): NodeEvidence {
  const { self } = around(name);
  const host = healthyHost(name);
  const mtuBytes = isSpoke(name) ? 1340 : 1420;
  const device = { name: 'flannel-wg', kind: 'wireguard', up: true, mtuBytes, mac: null, vxlan: null };
  return {
    ...host,
    links: [...host.links.filter(({ kind }) => kind !== 'vxlan'), device],
    addresses: [...host.addresses.filter(([dev]) => dev !== 'flannel.1'), ['flannel-wg', `${self.overlayIp}/32`]],
    neighbours: [],
    fdb: [],
    routes: [
      ...host.routes.filter(([, , dev]) => dev !== 'flannel.1'),
      ['10.42.0.0/16', null, 'flannel-wg', false, 0],
      [self.podCidr, null, 'cni0', false, 0],
    ],
    flannelWireGuard: flannelWireGuard(name),
  };
}

function flannelWireGuard(name: string): FlannelWireGuard {
  return {
    interface: 'flannel-wg',
    publicKey: flannelKeyOf(name),
    listenPort: 51821,
    peers: around(name).peers.map((peer) => ({
      publicKey: peer.publicKey,
      endpoint: `${peer.publicIp}:51821`,
      allowedIps: [peer.podCidr],
      latestHandshakeAt: 1_799_999_940,
      receivedBytes: 1_000,
      sentBytes: 1_000,
      keepaliveSeconds: 25,
    })),
  };
}

/** The host with its peers changed. */
export function withPeers(
  host: NodeEvidence,
  change: (peers: FlannelWireGuard['peers']) => FlannelWireGuard['peers'],
): NodeEvidence {
  const wireguard = host.flannelWireGuard;
  return wireguard === null
    ? host
    : { ...host, flannelWireGuard: { ...wireguard, peers: change([...wireguard.peers]) } };
}

function probesFrom(from: string, peers: readonly string[], passes: (name: string) => boolean): Probe[] {
  return peers
    .flatMap((peer) =>
      planProbes({
        sender: nativeHost(from),
        flannelDevice: 'flannel-wg',
        mtu: overlays['wireguard-native'].mtu,
        to: around(peer).self,
        receiver: nativeHost(peer),
      }),
    )
    .map(({ kind, peer, address, payloadBytes, mode }) => {
      const name = `${kind}-${peer}`;
      const received = passes(name) ? 3 : 0;
      return {
        name,
        address,
        payloadBytes,
        mode,
        sent: 3,
        received,
        rttMs: 1,
        tooLong: false,
        foundPayloadBytes: null,
      };
    });
}

/** Evidence about gpu-1 with one host's state changed, and probes decided anew. Without a change nothing is wrong. */
export function nativeEvidence(
  host = 'none',
  change: (measured: NodeEvidence) => NodeEvidence = (measured) => measured,
  passes: (from: string, name: string) => boolean = () => true,
): Evidence {
  const vxlan = healthyEvidence();
  return {
    ...vxlan,
    flannelDevice: 'flannel-wg',
    nodes: [...nativeNodes],
    readings: vxlan.readings.map(({ host: name, role }) =>
      reading(
        name,
        role,
        name === host ? change(nativeHost(name)) : nativeHost(name),
        probesFrom(name, role === 'node' ? ['hub-1', 'gpu-2', 'cloud-1'] : ['gpu-1'], (probe) => passes(name, probe)),
      ),
    ),
  };
}
