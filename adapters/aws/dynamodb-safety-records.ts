import { TrackRecord } from '../../core/safety/autonomy.ts';
import { BreakerRecord } from '../../core/safety/breaker.ts';
import { LookPlace } from '../../core/safety/look-place.ts';
import { HostMemory } from '../../core/safety/memory.ts';
import { PauseList } from '../../core/safety/pause.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import { StandingList } from '../../core/safety/standing-approval.ts';
import { createRecords } from './dynamodb-records.ts';
import type { Table } from './dynamodb-table.ts';

/** Pauses, standing approvals, memories, track records, breakers and places among first looks in the single table. */
export function createSafetyRecords(table: Table): SafetyRecords {
  return {
    pauses: createRecords(table, { prefix: 'PAUSES', listing: 'pauses', schema: PauseList }),
    standing: createRecords(table, { prefix: 'STANDING', listing: 'standing', schema: StandingList }),
    memories: createRecords(table, { prefix: 'MEMORY', listing: 'memories', schema: HostMemory }),
    tracks: createRecords(table, { prefix: 'TRACK', listing: 'tracks', schema: TrackRecord }),
    breakers: createRecords(table, { prefix: 'BREAKERS', listing: 'breakers', schema: BreakerRecord }),
    lookPlaces: createRecords(table, { prefix: 'LOOKS', listing: 'look-places', schema: LookPlace }),
  };
}
