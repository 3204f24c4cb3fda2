import type { Target } from '../alert/target.ts';

/**
 * Locks for hosts: an incident must hold a host's lock (of the sick node, a peer, the hub) before it acts there. The token
 * increases with every new holder. The host compares it as a fencing token and refuses late commands of an earlier holder.
 * Throws `RestitchError` (code `store`).
 */
export interface HostLocks {
  /** Takes or keeps the lock until `expiresAt` (epoch ms). The same holder gets the same token again. */
  acquire(host: Target, holder: string, now: number, expiresAt: number): Promise<HostLockOutcome>;
  /** Releases the lock. A lock of another holder is left alone. */
  release(host: Target, holder: string): Promise<void>;
}

export type HostLockOutcome =
  | { readonly type: 'acquired'; readonly token: number }
  | { readonly type: 'held'; readonly by: string; readonly expiresAt: number };
