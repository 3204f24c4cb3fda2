import * as z from 'zod';
import { type Target, targetKey } from '../../core/alert/target.ts';
import type { HostLockOutcome, HostLocks } from '../../core/safety/host-lock.ts';
import type { Key, Table } from './dynamodb-table.ts';
import { parseItem, untilWon } from './parse-item.ts';

const Lock = z.object({ version: z.int(), token: z.int(), holder: z.string().nullable(), expiresAt: z.int() });

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
        const heldBy = current !== undefined && current.expiresAt > now ? current.holder : null;
        if (current !== undefined && heldBy !== null && heldBy !== holder) {
          return { won: { type: 'held', by: heldBy, expiresAt: current.expiresAt } };
        }
        const token = heldBy === holder && current !== undefined ? current.token : (current?.token ?? 0) + 1;
        const won = await table.put(
          keyOf(host),
          { version: (current?.version ?? 0) + 1, token, holder, expiresAt },
          current === undefined ? { type: 'free' } : { type: 'version', version: current.version },
        );
        return won ? { won: { type: 'acquired', token } } : 'lost';
      }),
    release: (host, holder) =>
      untilWon(async () => {
        const current = await read(host);
        if (current?.holder !== holder) return { won: undefined };
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
