import * as z from 'zod';
import { type Target, targetKey } from '../../core/alert/target.ts';
import { decideLock, type HostLockOutcome, type HostLocks, isSameHolder } from '../../core/safety/host-lock.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { parseItem, untilWon } from './parse-item.ts';

/** Version 0.1.0 stored the incident's id alone. Its run is not known, so any run of the incident may take the lock over. */
const Holder = z.preprocess(
  (stored) => (typeof stored === 'string' ? { incidentId: stored, run: 0 } : stored),
  z.object({ incidentId: z.string(), run: z.int() }).nullable(),
);
const Lock = z.object({ version: z.int(), token: z.int(), holder: Holder, expiresAt: z.int() });

/** Host locks in the single table. The item stays after a release, because its token must never decrease. */
export function createHostLocks(table: Table): HostLocks {
  const read = async (host: Target) => {
    const item = await table.get(keyOf(host));
    return item === undefined ? undefined : parseItem(Lock, item);
  };
  return {
    acquire: (host, holder, now, expiresAt) =>
      untilWon<HostLockOutcome>(async () => {
        const current = await read(host);
        const decision = decideLock(current, holder, now);
        if (decision.type === 'held') return { won: decision };
        const { token } = decision;
        const won = await table.put(
          keyOf(host),
          { version: (current?.version ?? 0) + 1, token, holder: { ...holder }, expiresAt },
          current === undefined ? { type: 'free' } : { type: 'version', version: current.version },
        );
        return won ? { won: { type: 'acquired', token } } : 'lost';
      }),
    release: (host, holder) =>
      untilWon(async () => {
        const current = await read(host);
        if (current === undefined || current.holder === null || !isSameHolder(current.holder, holder)) {
          return { won: undefined };
        }
        const won = await table.put(
          keyOf(host),
          { ...current, version: current.version + 1, holder: null, expiresAt: 0 },
          { type: 'version', version: current.version },
        );
        return won ? { won: undefined } : 'lost';
      }),
  };
}

function keyOf(host: Target): Key {
  return { pk: `LOCK#${targetKey(host)}`, sk: 'LOCK' };
}
