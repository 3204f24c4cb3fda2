import type { Target } from '../alert/target.ts';

/**
 * One hand per host: whoever acts on a host (the sick node, a peer, the hub) holds its lock first. The token grows with
 * every new holder and is the fencing token that the host's own journal compares: a late command of an earlier holder is
 * refused there. Throws `RestitchError` (code `store`).
 */
export interface HostLocks {
  /** Takes or keeps the lock until `expiresAt` (epoch ms). The same holder gets the same token again. */
  acquire(host: Target, holder: string, now: number, expiresAt: number): Promise<HostLockOutcome>;
  /** Gives it back. A lock held by another stays. */
  release(host: Target, holder: string): Promise<void>;
}

export type HostLockOutcome =
  | { readonly type: 'acquired'; readonly token: number }
  | { readonly type: 'held'; readonly by: string; readonly expiresAt: number };
