import * as z from 'zod';
import type { NodeObject } from '../../evidence/node-object.ts';
import type { IpFamily } from '../../network/mtu.ts';
import { readLease } from '../flannel-lease.ts';
import type { Member } from '../member.ts';

/**
 * One node of an overlay that flannel builds with WireGuard itself (`wireguard-native` in k3s). Every other node must have it
 * as a peer with this key and AllowedIPs of exactly its pod network; one route of the whole flannel network leads into the
 * device (flannel pkg/backend/wireguard). The endpoint is no part of it: WireGuard lets it roam.
 */
export interface NativePeer extends Member {
  /** Base64, as `wg` prints it. */
  readonly publicKey: string;
}

const BackendData = z.object({ PublicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/) });

/** The node as a peer, or why it cannot be told. */
export function readNativePeer(node: NodeObject, family: IpFamily): NativePeer | string {
  const lease = readLease(node, family);
  if (typeof lease === 'string') return lease;
  const data = BackendData.safeParse(lease.backendData);
  if (!data.success) return 'backend data holds no WireGuard key';
  return { ...lease.member, publicKey: data.data.PublicKey };
}
