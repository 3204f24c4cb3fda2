import { TrackRecord } from '../../core/safety/autonomy.ts';
import { BreakerRecord } from '../../core/safety/breaker.ts';
import { LookPlace } from '../../core/safety/look-place.ts';
import { HostMemory } from '../../core/safety/memory.ts';
import { PauseList } from '../../core/safety/pause.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import { StandingList } from '../../core/safety/standing-approval.ts';
import { createRecords, recordKind } from './dynamodb-records.ts';
import type { Table } from './dynamodb-table.ts';

const pauses = recordKind('PAUSES', 'pauses', PauseList);
const standing = recordKind('STANDING', 'standing', StandingList);
const memories = recordKind('MEMORY', 'memories', HostMemory);
const tracks = recordKind('TRACK', 'tracks', TrackRecord);
const breakers = recordKind('BREAKERS', 'breakers', BreakerRecord);
const lookPlaces = recordKind('LOOKS', 'look-places', LookPlace);

/** Pauses, standing approvals, memories, track records, breakers and places among first looks in the single table. */
export function createSafetyRecords(table: Table): SafetyRecords {
  return {
    pauses: createRecords(table, pauses),
    standing: createRecords(table, standing),
    memories: createRecords(table, memories),
    tracks: createRecords(table, tracks),
    breakers: createRecords(table, breakers),
    lookPlaces: createRecords(table, lookPlaces),
  };
}
