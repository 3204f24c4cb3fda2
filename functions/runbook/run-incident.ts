import type { DurableContext } from '@aws/durable-execution-sdk-js';
import type { Incident } from '../../core/incident/incident.ts';
import { createRun } from './create-run.ts';
import { endWithoutTarget } from './end-without-target.ts';
import type { RunSummary } from './finish.ts';
import { awaitFirstLook } from './first-look.ts';
import { LateRun, owned, ownIn } from './own-incident.ts';
import { resolveNode } from './resolve-node.ts';
import { effect, type Run, type RunInput } from './run.ts';
import type { RunPorts } from './run-ports.ts';
import type { RunbookSettings } from './settings.ts';

export type { RunInput } from './run.ts';

/**
 * The workflow of one incident, as a durable execution: it is owned, its node is resolved, it waits its turn, and then it is
 * worked in rounds.
 */
export async function runIncident(
  input: RunInput,
  context: DurableContext,
  ports: RunPorts,
  settings: RunbookSettings,
): Promise<RunSummary> {
  const run = createRun(input, context, ports, settings);
  const loaded = await effect(run, 'load incident', async () => (await ports.store.get(input.incidentId)) ?? null);
  if (loaded === null) throw new TypeError(`no incident ${input.incidentId}`);
  if (loaded.phase === 'closed') return { incidentId: loaded.incidentId, outcome: loaded.outcome ?? 'at-rest' };
  try {
    return await work(run, loaded);
  } catch (error) {
    if (!(error instanceof LateRun)) throw error;
    ports.log.warn('late-run', { incidentId: input.incidentId, run: input.run });
    return { incidentId: input.incidentId, outcome: 'superseded' };
  }
}

/** Throws `LateRun` when another run has the incident. */
async function work(run: Run, loaded: Incident): Promise<RunSummary> {
  const first = owned(run, ownIn(run, loaded));
  const { cluster } = loaded.target;
  if (!run.settings.clusters.includes(cluster)) {
    return endWithoutTarget(run, loaded, first, `cluster ${cluster} is not configured`);
  }
  const resolved = await resolveNode(run, loaded);
  if (resolved.type === 'ended') return resolved.summary;
  const turn = await awaitFirstLook(run, resolved.incident);
  if (turn.type === 'held') return turn.summary;
  // Diagnosis and repair are loaded here: of a storm, most incidents are held and never need them.
  const { workInRounds } = await import('./work-in-rounds.ts');
  const isFresh = !turn.waited && resolved.incident === loaded;
  return workInRounds(run, resolved.incident, turn.place, isFresh ? first : undefined);
}
