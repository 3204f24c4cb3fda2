import { type Mark, newTrack, trackKey, withOutcome } from '../../core/safety/autonomy.ts';
import type { RememberedAct } from '../../core/safety/memory.ts';
import type { Run } from './run.ts';

/** What was decided against a fault, whether or not it was done. `at`: epoch milliseconds. */
export type Decided = Pick<RememberedAct, 'incidentId' | 'class' | 'stage' | 'pool' | 'cause' | 'at'>;

/** Adds how a decision turned out to the record by which its stage earns autonomy. Called inside a step. */
export async function countOutcome(run: Run, cluster: string, decided: Decided, mark: Mark): Promise<void> {
  const { class: faultClass, stage, pool, cause, at, incidentId } = decided;
  const track = { cluster, pool, class: faultClass, stage };
  await run.ports.safety.tracks.change(trackKey(track), (current) =>
    withOutcome(current ?? newTrack(track), { incidentId, at, cause, mark }, run.settings.safety.autonomy),
  );
}
