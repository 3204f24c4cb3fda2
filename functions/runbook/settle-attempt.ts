import { brokenPaths, describePath } from '../../core/evidence/paths.ts';
import { everyLayerAndWorkload } from '../../core/evidence/probe-plan.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { permanentChanges, permanentLines } from '../../core/repair/permanent-changes.ts';
import { type Attempt, endAttempt, markTried } from './attempt.ts';
import type { Seen } from './look/look.ts';
import { type Run, record } from './run.ts';

type Acted = Extract<Attempt, { type: 'acted' }>;

/** What was lost before a stage acted: whatever is lost afterwards and not among it, the stage has broken. */
export function lostPaths({ evidence }: Seen): readonly string[] {
  return brokenPaths(evidence, everyLayerAndWorkload).map(describePath);
}

/**
 * Settles a stage after which the node is still not healthy. Where its own cause is gone and nothing new is lost it did its
 * part and stays: a second fault shows only now. Otherwise it is taken back, and remembered as tried.
 */
export async function settleAttempt(run: Run, incident: Incident, seen: Seen, attempt: Acted): Promise<void> {
  const { against, action, lostBefore } = attempt;
  const broken = lostPaths(seen).filter((path) => !lostBefore.includes(path));
  const { class: faultClass, cause } = seen.diagnosis;
  const sameCause = faultClass === against.class && cause === against.cause;
  if (!sameCause && broken.length === 0 && seen.facts.node !== undefined) return keepChange(run, attempt);
  await endAttempt(run, attempt, 'rollback');
  const worse = `it made things worse: ${broken.slice(0, 3).join(', ')}`;
  await markTried(run, incident, against, action.stage.name, broken.length > 0 ? worse : 'verification still fails');
}

/** The change stays: armed hosts are told so, and its owner what to write down. */
export async function keepChange(run: Run, attempt: Acted): Promise<void> {
  await endAttempt(run, attempt, 'confirm');
  const changes = permanentChanges(attempt.action.plan);
  if (changes.length === 0) return;
  await record(run, {
    event: 'handover',
    summary: `to keep it over a restart: ${permanentLines(changes)
      .map((line) => line.trim())
      .join(' ')}`,
    stage: attempt.action.stage.name,
    operationKey: attempt.action.operationKey,
    detail: changes.map((change) => ({ ...change, lines: [...change.lines] })),
  });
}
