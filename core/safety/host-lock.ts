import * as z from 'zod';
import type { Target } from '../alert/target.ts';

/**
 * Locks for hosts: a run must hold a host's lock (of the sick node, a peer, the hub) before it acts there. The host
 * compares the token as a fencing token and refuses late commands of an earlier holder. Throws `RestitchError` (code `store`).
 */
export interface HostLocks {
  /** Reads locks together with what else is read now, so that taking them soon needs no read of its own. It decides nothing. */
  readAhead(hosts: readonly Target[]): Promise<void>;
  /**
   * Takes or keeps the lock until `expiresAt` (epoch ms). The same holder gets the same token again. A later run of the
   * incident that holds it takes it over with a new token, so that the host refuses what the earlier run still sends.
   */
  acquire(host: Target, holder: LockHolder, now: number, expiresAt: number): Promise<HostLockOutcome>;
  /** Releases the lock. A lock of another holder is left alone. */
  release(host: Target, holder: LockHolder): Promise<void>;
}

/** One run of one incident. */
export const LockHolder = z.object({ incidentId: z.string(), run: z.int() });

export type LockHolder = Readonly<z.infer<typeof LockHolder>>;

export type HostLockOutcome =
  | { readonly type: 'acquired'; readonly token: number }
  /** `by`: an incident, perhaps the same one in a later run. */
  | { readonly type: 'held'; readonly by: LockHolder; readonly expiresAt: number };

/** What is stored of a lock. `expiresAt` is epoch milliseconds. */
export interface HostLock {
  readonly token: number;
  readonly holder: LockHolder | null;
  readonly expiresAt: number;
}

/** A lock, or anything else that one run has and others wait for. */
type Taken = Pick<HostLock, 'holder' | 'expiresAt'>;

export type LockDecision =
  | Extract<HostLockOutcome, { type: 'held' }>
  | { readonly type: 'take'; readonly token: number };

/** Who gets the lock: pure, the same for every store. `current`: the stored lock, if there is one. */
export function decideLock(current: HostLock | undefined, holder: LockHolder, now: number): LockDecision {
  const heldBy = holderNow(current, now);
  if (current === undefined || heldBy === null) return { type: 'take', token: nextToken(current, now) };
  if (isSameHolder(heldBy, holder)) return { type: 'take', token: current.token };
  if (isFreeFor(current, holder, now)) return { type: 'take', token: nextToken(current, now) };
  return { type: 'held', by: heldBy, expiresAt: current.expiresAt };
}

/** Whether the holder may have it: nobody has, or the same run, or an earlier run of its incident left it behind. */
export function isFreeFor(taken: Taken | undefined, holder: LockHolder, now: number): boolean {
  const heldBy = holderNow(taken, now);
  return heldBy === null || (heldBy.incidentId === holder.incidentId && heldBy.run <= holder.run);
}

function holderNow(taken: Taken | undefined, now: number): LockHolder | null {
  return taken !== undefined && taken.expiresAt > now ? taken.holder : null;
}

export function isSameHolder(left: LockHolder, right: LockHolder): boolean {
  return left.incidentId === right.incidentId && left.run === right.run;
}

/**
 * The clock in milliseconds, and more than the token before. A host remembers the highest token that it saw. With the clock
 * in it, a token is higher than every earlier one also when the table was lost, or restored from last week's copy.
 */
function nextToken(current: HostLock | undefined, now: number): number {
  return Math.max((current?.token ?? 0) + 1, now);
}
