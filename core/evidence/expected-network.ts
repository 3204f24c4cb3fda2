import * as z from 'zod';
import { normalizeMac, parseIp } from '../network/address.ts';
import { ipv4At, parseCidr } from '../network/cidr.ts';
import type { NodeObject } from './node-object.ts';

/** The annotations in which flanneld keeps its lease (flannel pkg/subnet/kube/annotations.go). */
export const FLANNEL = {
  backendType: 'flannel.alpha.coreos.com/backend-type',
  backendData: 'flannel.alpha.coreos.com/backend-data',
  publicIp: 'flannel.alpha.coreos.com/public-ip',
} as const;

/** flannel's Linux defaults (flannel pkg/backend/vxlan: defaultVNI, and the kernel's legacy VXLAN port). */
export const FLANNEL_VXLAN_PORT = 8472;

/** What the overlay must look like seen from every other node, for one node. */
export interface Vtep {
  readonly node: string;
  /** `a.b.c.0/24`: the destination of the route on every peer. */
  readonly podCidr: string;
  /** `a.b.c.0`: address of flannel.1 and gateway of the peers' routes. */
  readonly vtepIp: string;
  /** Lower-case MAC of flannel.1. */
  readonly vtepMac: string;
  /** Where the encapsulated packet goes: the destination in the peers' FDB. */
  readonly publicIp: string;
  readonly vni: number;
}

export interface ExpectedNetwork {
  readonly vteps: readonly Vtep[];
  /** Nodes whose object does not say enough; nothing is concluded about them. */
  readonly unusable: readonly { readonly node: string; readonly reason: string }[];
}

const BackendData = z.object({ VNI: z.int().positive().default(1), VtepMAC: z.string() });

/** Reads the overlay's intended state from the Node objects, the same source that flanneld itself uses. */
export function expectedNetwork(nodes: readonly NodeObject[]): ExpectedNetwork {
  const vteps: Vtep[] = [];
  const unusable: { node: string; reason: string }[] = [];
  for (const node of nodes) {
    const vtep = readVtep(node);
    if (typeof vtep === 'string') unusable.push({ node: node.metadata.name, reason: vtep });
    else vteps.push(vtep);
  }
  return { vteps, unusable };
}

/** The node's VTEP, or why it cannot be told. */
function readVtep(node: NodeObject): Vtep | string {
  const { annotations, name } = node.metadata;
  const backend = annotations[FLANNEL.backendType];
  if (backend !== 'vxlan') return `backend type is ${backend ?? 'not annotated'}, not vxlan`;
  const podCidr = ipv4PodCidr(node);
  const cidr = podCidr === undefined ? undefined : parseCidr(podCidr);
  const vtepIp = cidr === undefined ? undefined : ipv4At(cidr, 0);
  if (podCidr === undefined || vtepIp === undefined) return 'no IPv4 pod CIDR';
  const publicIp = annotations[FLANNEL.publicIp];
  if (publicIp === undefined || parseIp(publicIp) === undefined)
    return `public IP is not an address: ${publicIp ?? '-'}`;
  const data = parseBackendData(annotations[FLANNEL.backendData]);
  const vtepMac = data === undefined ? undefined : normalizeMac(data.VtepMAC);
  if (data === undefined || vtepMac === undefined) return 'backend data holds no VTEP MAC';
  return { node: name, podCidr, vtepIp, vtepMac, publicIp, vni: data.VNI };
}

function ipv4PodCidr(node: NodeObject): string | undefined {
  const all = node.spec.podCIDRs ?? (node.spec.podCIDR === undefined ? [] : [node.spec.podCIDR]);
  return all.find((cidr) => parseCidr(cidr)?.network.version === 4);
}

function parseBackendData(text: string | undefined): z.infer<typeof BackendData> | undefined {
  if (text === undefined) return undefined;
  try {
    return BackendData.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: the annotation says nothing, which the caller reports as unusable.
    return undefined;
  }
}

/** The peers of one host, or undefined when the host itself is not in the expected network. */
export function peersOf(network: ExpectedNetwork, node: string): readonly Vtep[] | undefined {
  return network.vteps.some((vtep) => vtep.node === node)
    ? network.vteps.filter((vtep) => vtep.node !== node)
    : undefined;
}
