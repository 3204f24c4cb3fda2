import * as z from 'zod';
import { type FlannelLease, readLease } from '../flannel-lease.ts';
import type { NodeObject } from '../node-object.ts';

/** The device of flannel's `wireguard` backend for IPv4 (flannel pkg/backend/wireguard/wireguard.go). */
export const FLANNEL_WIREGUARD_DEVICE = 'flannel-wg';

/**
 * One node of an overlay that flannel builds with WireGuard itself (`wireguard-native` in k3s). Every other node must have it
 * as a peer with this key and AllowedIPs of exactly its pod network; one route of the whole flannel network leads into the
 * device (flannel pkg/backend/wireguard). The endpoint is no part of it: WireGuard lets it roam.
 */
export interface NativePeer extends Omit<FlannelLease, 'backendData'> {
  readonly backend: 'wireguard-native';
  /** Base64, as `wg` prints it. */
  readonly publicKey: string;
}

const BackendData = z.object({ PublicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/) });

/** The node as a peer, or why it cannot be told. */
export function readNativePeer(node: NodeObject): NativePeer | string {
  const lease = readLease(node, 'wireguard-native');
  if (typeof lease === 'string') return lease;
  const { backendData, ...common } = lease;
  const data = BackendData.safeParse(backendData);
  if (!data.success) return 'backend data holds no WireGuard key';
  return { ...common, backend: 'wireguard-native', publicKey: data.data.PublicKey };
}
