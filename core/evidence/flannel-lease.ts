import { parseIp } from '../network/address.ts';
import { ipv4At, parseCidr } from '../network/cidr.ts';
import type { FlannelBackend } from '../network/mtu-stack.ts';
import type { NodeObject } from './node-object.ts';

/** The annotations in which flanneld keeps its lease (flannel pkg/subnet/kube/annotations.go). */
export const FLANNEL = {
  backendType: 'flannel.alpha.coreos.com/backend-type',
  backendData: 'flannel.alpha.coreos.com/backend-data',
  publicIp: 'flannel.alpha.coreos.com/public-ip',
} as const;

/** How flanneld calls its backends in the annotation; k3s calls the second one `wireguard-native`. */
const annotated: Readonly<Record<FlannelBackend, string>> = {
  vxlan: 'vxlan',
  'wireguard-native': 'wireguard',
  'host-gw': 'host-gw',
};

/** A node's place in the overlay, as far as every backend has it in common. */
export interface FlannelLease {
  readonly node: string;
  /** `a.b.c.0/24`: the node's pods. */
  readonly podCidr: string;
  /** `a.b.c.0`: address of flannel's own device. */
  readonly vtepIp: string;
  /** Where the peers send what is encapsulated. */
  readonly publicIp: string;
  /** What the backend keeps for itself: parsed JSON, undefined when there is none. */
  readonly backendData: unknown;
}

/** The backend that the node's flanneld runs; undefined when its Node object names none that is known here. */
export function backendOf(node: NodeObject | undefined): FlannelBackend | undefined {
  const type = node?.metadata.annotations[FLANNEL.backendType];
  if (type === annotated.vxlan) return 'vxlan';
  return type === annotated['wireguard-native'] ? 'wireguard-native' : undefined;
}

/** The node's lease with one backend, or why it cannot be told. */
export function readLease(node: NodeObject, backend: FlannelBackend): FlannelLease | string {
  const { annotations, name } = node.metadata;
  if (backendOf(node) !== backend)
    return `backend type is ${annotations[FLANNEL.backendType] ?? 'not annotated'}, not ${annotated[backend]}`;
  const podCidr = ipv4PodCidr(node);
  const cidr = podCidr === undefined ? undefined : parseCidr(podCidr);
  const vtepIp = cidr === undefined ? undefined : ipv4At(cidr, 0);
  if (podCidr === undefined || vtepIp === undefined) return 'no IPv4 pod CIDR';
  const publicIp = annotations[FLANNEL.publicIp];
  if (publicIp === undefined || parseIp(publicIp) === undefined)
    return `public IP is not an address: ${publicIp ?? '-'}`;
  return { node: name, podCidr, vtepIp, publicIp, backendData: parseJson(annotations[FLANNEL.backendData]) };
}

function ipv4PodCidr(node: NodeObject): string | undefined {
  const all = node.spec.podCIDRs ?? (node.spec.podCIDR === undefined ? [] : [node.spec.podCIDR]);
  return all.find((cidr) => parseCidr(cidr)?.network.version === 4);
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the annotation says nothing, which the backend's reader reports.
    return undefined;
  }
}
