import type * as z from 'zod';
import { TrackRecord } from '../../core/safety/autonomy.ts';
import { BreakerRecord } from '../../core/safety/breaker.ts';
import { LookPlace } from '../../core/safety/look-place.ts';
import { HostMemory } from '../../core/safety/memory.ts';
import { PauseList } from '../../core/safety/pause.ts';
import type { Records } from '../../core/safety/records.ts';
import type { SafetyRecords } from '../../core/safety/safety-records.ts';
import { StandingList } from '../../core/safety/standing-approval.ts';
import { createFaults, type Faults } from './faults.ts';

/** Records in memory; held to the same contract as the table by test/contract/store. */
export interface InMemoryRecords<T> extends Records<T> {
  readonly faults: Faults;
}

export function createInMemoryRecords<T>(schema: z.ZodType<T>): InMemoryRecords<T> {
  const records = new Map<string, T>();
  const faults = createFaults('store');
  const find = (key: string): T | undefined => structuredClone(records.get(key));
  return {
    faults,
    get: (key) => faults.around('get', () => find(key)),
    change: (key, change) =>
      faults.around('change', () => {
        const record = change(find(key));
        if (record !== undefined) records.set(key, schema.parse(structuredClone(record)));
        return find(key);
      }),
    list: () => faults.around('list', () => [...records.values()].map((record) => structuredClone(record))),
  };
}

export function createInMemorySafetyRecords() {
  return {
    pauses: createInMemoryRecords(PauseList),
    standing: createInMemoryRecords(StandingList),
    memories: createInMemoryRecords(HostMemory),
    tracks: createInMemoryRecords(TrackRecord),
    breakers: createInMemoryRecords(BreakerRecord),
    lookPlaces: createInMemoryRecords(LookPlace),
  } satisfies SafetyRecords;
}
