import type { FlannelBackend } from '../network/mtu-stack.ts';
import { backendOf } from './flannel-lease.ts';
import { type NativePeer, readNativePeer } from './native/native-peer.ts';
import type { NodeObject } from './node-object.ts';
import { readVtep, type VxlanVtep } from './vxlan-vtep.ts';

/** What the overlay must look like seen from every other node, for one node. */
export type Vtep = VxlanVtep | NativePeer;

interface NetworkOf<Backend extends FlannelBackend, Node extends Vtep> {
  readonly backend: Backend;
  readonly vteps: readonly Node[];
  /** Nodes of another backend, and those whose object does not say enough; nothing is concluded about them. */
  readonly unusable: readonly { readonly node: string; readonly reason: string }[];
}

export type VxlanNetwork = NetworkOf<'vxlan', VxlanVtep>;
export type NativeNetwork = NetworkOf<'wireguard-native', NativePeer>;
export type ExpectedNetwork = VxlanNetwork | NativeNetwork;

/**
 * The overlay's intended state from the Node objects, the same source that flanneld itself uses: that of the backend which
 * the node `about` runs, because flanneld passes over leases of another backend.
 */
export function expectedNetwork(nodes: readonly NodeObject[], about: string): ExpectedNetwork {
  const backend = backendOf(nodes.find(({ metadata }) => metadata.name === about));
  return backend === 'wireguard-native' ? nativeNetwork(nodes) : vxlanNetwork(nodes);
}

export function vxlanNetwork(nodes: readonly NodeObject[]): VxlanNetwork {
  return { backend: 'vxlan', ...readAll(nodes, readVtep) };
}

export function nativeNetwork(nodes: readonly NodeObject[]): NativeNetwork {
  return { backend: 'wireguard-native', ...readAll(nodes, readNativePeer) };
}

function readAll<Node extends Vtep>(nodes: readonly NodeObject[], read: (node: NodeObject) => Node | string) {
  const vteps: Node[] = [];
  const unusable: { node: string; reason: string }[] = [];
  for (const node of nodes) {
    const vtep = read(node);
    if (typeof vtep === 'string') unusable.push({ node: node.metadata.name, reason: vtep });
    else vteps.push(vtep);
  }
  return { vteps, unusable };
}

/** A host and its peers. */
export interface HostAndPeers<Node extends Vtep> {
  readonly self: Node;
  readonly peers: readonly Node[];
}

/** Undefined when the host itself is not in the expected network. */
export function hostAndPeers<Node extends Vtep>(
  { vteps }: { readonly vteps: readonly Node[] },
  host: string,
): HostAndPeers<Node> | undefined {
  const self = vteps.find((vtep) => vtep.node === host);
  return self === undefined ? undefined : { self, peers: vteps.filter((vtep) => vtep !== self) };
}
