import type { NodeObject } from '../evidence/node-object.ts';
import { parseIp } from '../network/address.ts';
import { addressAt, parseCidr } from '../network/cidr.ts';
import type { IpFamily } from '../network/mtu.ts';
import type { Member } from './member.ts';

/** The annotation that says which backend flanneld runs (flannel pkg/subnet/kube/annotations.go). */
export const BACKEND_TYPE = 'flannel.alpha.coreos.com/backend-type';

/** The annotations in which flanneld keeps its lease, one set for each address family. */
const annotations = {
  ipv4: {
    backendData: 'flannel.alpha.coreos.com/backend-data',
    publicIp: 'flannel.alpha.coreos.com/public-ip',
  },
  ipv6: {
    backendData: 'flannel.alpha.coreos.com/backend-v6-data',
    publicIp: 'flannel.alpha.coreos.com/public-ipv6',
  },
} as const;

const names: Readonly<Record<IpFamily, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };
const versions: Readonly<Record<IpFamily, 4 | 6>> = { ipv4: 4, ipv6: 6 };

/** flannel's word for the overlay that the node runs; undefined when its Node object has none. */
export function backendTypeOf(node: NodeObject | undefined): string | undefined {
  return node?.metadata.annotations[BACKEND_TYPE];
}

/** A node's lease: what every backend has in common, and what the backend keeps for itself. */
export interface FlannelLease {
  readonly member: Member;
  /** Parsed JSON; undefined when there is none. */
  readonly backendData: unknown;
}

/** The node's lease of one address family, or why it cannot be told. `overlayIp` is that of flannel's device, `a.b.c.0`. */
export function readLease(node: NodeObject, family: IpFamily): FlannelLease | string {
  const { annotations: said, name } = node.metadata;
  const podCidr = podCidrOf(node, family);
  const cidr = podCidr === undefined ? undefined : parseCidr(podCidr);
  const overlayIp = cidr === undefined ? undefined : addressAt(cidr, 0n);
  if (podCidr === undefined || overlayIp === undefined) return `no ${names[family]} pod CIDR`;
  const publicIp = said[annotations[family].publicIp];
  const address = publicIp === undefined ? undefined : parseIp(publicIp);
  if (publicIp === undefined || address === undefined) return `public IP is not an address: ${publicIp ?? '-'}`;
  if (address.version !== versions[family]) return `public IP is none of ${names[family]}: ${publicIp}`;
  const backendData = parseJson(said[annotations[family].backendData]);
  return { member: { node: name, family, podCidr, overlayIp, publicIp }, backendData };
}

function podCidrOf({ spec }: NodeObject, family: IpFamily): string | undefined {
  const all = spec.podCIDRs ?? (spec.podCIDR === undefined ? [] : [spec.podCIDR]);
  return all.find((cidr) => parseCidr(cidr)?.network.version === versions[family]);
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the annotation says nothing, and the overlay's reader reports that.
    return undefined;
  }
}
