import * as z from 'zod';
import { type Target, targetKey } from '../../core/alert/target.ts';
import {
  decideLock,
  type HostLockOutcome,
  type HostLocks,
  isSameHolder,
  LockHolder,
} from '../../core/safety/host-lock.ts';
import { changeItem } from './change-item.ts';
import type { Item, Key, Table } from './dynamodb-table.ts';
import { nextVersion, parseItem } from './parse-item.ts';

/** Version 0.1.0 stored the incident's id alone. Its run is not known, so any run of the incident may take the lock over. */
const Holder = z.preprocess(
  (stored) => (typeof stored === 'string' ? { incidentId: stored, run: 0 } : stored),
  LockHolder.nullable(),
);
const Lock = z.object({ version: z.int(), token: z.int(), holder: Holder, expiresAt: z.int() });

/** Host locks in the single table. The item stays after a release, because its token must never decrease. */
export function createHostLocks(table: Table): HostLocks {
  return {
    readAhead: async (hosts) => {
      await Promise.all(hosts.map((host) => table.get(keyOf(host))));
    },
    acquire: (host, holder, now, expiresAt) =>
      changeItem<HostLockOutcome>(table, keyOf(host), (item) => {
        const decision = decideLock(lockIn(item), holder, now);
        if (decision.type === 'held') return { type: 'leave', result: decision };
        const { token } = decision;
        const taken = { version: nextVersion(item), token, holder: { ...holder }, expiresAt };
        return { type: 'put', item: taken, result: { type: 'acquired', token } };
      }),
    release: (host, holder) =>
      changeItem<void>(table, keyOf(host), (item) => {
        const current = lockIn(item);
        if (current === undefined || current.holder === null || !isSameHolder(current.holder, holder))
          return { type: 'leave', result: undefined };
        const free = { ...current, version: nextVersion(item), holder: null, expiresAt: 0 };
        return { type: 'put', item: free, result: undefined };
      }),
  };
}

function lockIn(item: Item | undefined): z.infer<typeof Lock> | undefined {
  return item === undefined ? undefined : parseItem(Lock, item);
}

function keyOf(host: Target): Key {
  return { pk: `LOCK#${targetKey(host)}`, sk: 'LOCK' };
}
