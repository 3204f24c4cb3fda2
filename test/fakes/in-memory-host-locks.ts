import { targetKey } from '../../core/alert/target.ts';
import type { HostLocks } from '../../core/safety/host-lock.ts';

/** Locks in memory, with tokens that only grow. */
export function createInMemoryHostLocks(): HostLocks {
  const locks = new Map<string, { holder: string | null; token: number; expiresAt: number }>();
  return {
    acquire: async (host, holder, now, expiresAt) => {
      const current = locks.get(targetKey(host));
      const heldBy = current !== undefined && current.expiresAt > now ? current.holder : null;
      if (current !== undefined && heldBy !== null && heldBy !== holder)
        return { type: 'held', by: heldBy, expiresAt: current.expiresAt };
      const token = heldBy === holder && current !== undefined ? current.token : (current?.token ?? 0) + 1;
      locks.set(targetKey(host), { holder, token, expiresAt });
      return { type: 'acquired', token };
    },
    release: async (host, holder) => {
      const current = locks.get(targetKey(host));
      if (current?.holder === holder) locks.set(targetKey(host), { ...current, holder: null, expiresAt: 0 });
    },
  };
}
