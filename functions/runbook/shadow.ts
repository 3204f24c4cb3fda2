import { targetKey } from '../../core/alert/target.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { describeDrift } from '../../core/overlay/drift.ts';
import { scoreShadow } from '../../core/safety/autonomy.ts';
import { isSameDecision, rememberUndone, type Undone } from '../../core/safety/memory.ts';
import { actSubject } from './act-subject.ts';
import { countOutcome } from './count-outcome.ts';
import type { Seen } from './look/seen.ts';
import { effect, type Run, record } from './run.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';

/** A host that lost all entries of a large fleet has thousands. */
const MOST_DIFFERENCES = 50;

/** Records what would be done, and remembers it until its score is known. Nothing is done. */
export async function decideInShadow(
  run: Run,
  incident: Incident,
  seen: Seen,
  planned: PlannedStage,
  why: string,
): Promise<void> {
  const { node, track } = actSubject(run, incident, seen, planned);
  const { stage, lines } = planned;
  const { class: faultClass, cause } = seen.diagnosis;
  await record(run, {
    event: 'shadow',
    summary: `shadow: would ${stage.name} ${node} now, and does not: ${why}`,
    stage: stage.name,
    detail: { class: faultClass, cause, lines: [...lines] },
  });
  await effect(run, 'remember undone', () => {
    const at = run.ports.clock();
    const { incidentId } = incident;
    const { pool } = track;
    const differences = seen.facts.drifts.slice(0, MOST_DIFFERENCES).map(describeDrift);
    return remember(run, incident, { at, incidentId, stage: stage.name, class: faultClass, cause, pool, differences });
  });
}

async function remember(run: Run, { target }: Incident, undone: Undone): Promise<void> {
  const { memories } = run.ports.safety;
  const before = (await memories.get(targetKey(target)))?.undone ?? null;
  // The class has changed though nothing was done: the earlier diagnosis was wrong.
  if (before !== null && before.incidentId === undone.incidentId && before.class !== undone.class)
    await countOutcome(run, target.cluster, before, 'wrong');
  if (before === null || !isSameDecision(before, undone)) await countOutcome(run, target.cluster, undone, 'open');
  await memories.change(targetKey(target), (memory) => rememberUndone(memory, undone));
}

/** Scores the decision that was not carried out, where the incident has one, against what really happened. The node is healthy now. */
export async function scoreUndone(run: Run, incident: Incident, seen: Seen): Promise<void> {
  const { cluster } = incident.target;
  const key = targetKey(incident.target);
  const undone = await effect(
    run,
    'read undone',
    async () => (await run.ports.safety.memories.get(key))?.undone ?? null,
  );
  if (undone?.incidentId !== incident.incidentId) return;
  const now = new Set(seen.facts.allDrifts.map(describeDrift));
  const stillDiffers = undone.differences.length > 0 && undone.differences.every((difference) => now.has(difference));
  const healthyAt = await effect(run, 'clock', async () => run.ports.clock());
  const mark = scoreShadow({ decidedAt: undone.at, healthyAt, stillDiffers });
  await record(run, {
    event: 'shadow',
    summary: `shadow: ${undone.stage} against ${undone.class} (${undone.cause}) would have been ${mark}`,
    stage: undone.stage,
    detail: { decidedAt: undone.at, healthyAt, stillDiffers },
  });
  await effect(run, 'score undone', async () => {
    await countOutcome(run, cluster, undone, mark);
    await run.ports.safety.memories.change(key, (memory) => memory && { ...memory, undone: null });
  });
}
