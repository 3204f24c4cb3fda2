import { targetKey } from '../../core/alert/target.ts';
import { decideLock, type HostLock, type HostLocks, isSameHolder } from '../../core/safety/host-lock.ts';

/** Locks in memory; held to the same contract as the table by test/contract/store. */
export function createInMemoryHostLocks(): HostLocks {
  const locks = new Map<string, HostLock>();
  return {
    readAhead: async () => undefined,
    acquire: async (host, holder, now, expiresAt) => {
      const decision = decideLock(locks.get(targetKey(host)), holder, now);
      if (decision.type === 'held') return decision;
      locks.set(targetKey(host), { holder, token: decision.token, expiresAt });
      return { type: 'acquired', token: decision.token };
    },
    release: async (host, holder) => {
      const current = locks.get(targetKey(host));
      if (current === undefined || current.holder === null || !isSameHolder(current.holder, holder)) return;
      locks.set(targetKey(host), { ...current, holder: null, expiresAt: 0 });
    },
  };
}
