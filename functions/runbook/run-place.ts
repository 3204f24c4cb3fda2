import type { DurableContext } from '@aws/durable-execution-sdk-js';
import { RestitchError } from '../../core/restitch-error.ts';
import { retryPassing } from './run.ts';
import type { RunPorts } from './run-ports.ts';
import type { RunbookSettings } from './settings.ts';

/** What the runs of one cluster work with. */
export interface RunPlace {
  readonly ports: RunPorts;
  /** `clusters`: the names of this cluster alone. */
  readonly settings: RunbookSettings;
}

/**
 * The place of the incident's cluster; where there is one place only, nothing is read for that. In any place, an incident of a
 * cluster that none of them serves is told so and ended.
 */
export async function placeOf(
  places: readonly RunPlace[],
  incidentId: string,
  context: DurableContext,
): Promise<RunPlace> {
  const [first, ...more] = places;
  if (first === undefined) throw new RestitchError('configuration', 'no cluster is served', { retryable: false });
  if (more.length === 0) return first;
  const read = async () => (await first.ports.store.get(incidentId))?.target.cluster ?? null;
  const cluster = await context.step('cluster of incident', read, { retryStrategy: retryPassing });
  return places.find(({ settings }) => cluster !== null && settings.clusters.includes(cluster)) ?? first;
}
