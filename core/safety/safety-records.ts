import type { TrackRecord } from './autonomy.ts';
import type { BreakerRecord } from './breaker.ts';
import type { LookPlace } from './look-place.ts';
import type { HostMemory } from './memory.ts';
import type { PauseList } from './pause.ts';
import type { Records } from './records.ts';
import type { StandingList } from './standing-approval.ts';

/** What outlives an incident and decides about the next one. */
export interface SafetyRecords {
  /** One record, under `PAUSE_LIST`. */
  readonly pauses: Records<PauseList>;
  /** One record, under `STANDING_LIST`. */
  readonly standing: Records<StandingList>;
  /** By `targetKey` of the host. */
  readonly memories: Records<HostMemory>;
  /** By `trackKey`. */
  readonly tracks: Records<TrackRecord>;
  /** By cluster. */
  readonly breakers: Records<BreakerRecord>;
  /** By `cluster/hub/number`. */
  readonly lookPlaces: Records<LookPlace>;
}
