import type { Incident } from '../../core/incident/incident.ts';
import type { Runbook } from '../../core/runbook/runbook.ts';
import type { Seen } from './look/seen.ts';
import { markTried } from './mark-tried.ts';
import type { Run } from './run.ts';
import { type PlannedStage, planLadder } from './rungs/plan-ladder.ts';

/**
 * The lowest stage that was not tried and whose plan can be carried out. A rung with an empty plan counts as tried: nothing
 * was touched, so the next one needs no new look. Where the diagnosis is too uncertain for the rung, its plan may be empty only
 * because a host was not seen: it is passed over, and counts as untried. Undefined: nothing is left.
 */
export async function chooseStage(
  run: Run,
  incident: Incident,
  seen: Seen,
  runbook: Runbook,
): Promise<PlannedStage | undefined> {
  // Nobody else writes it: what this run has read or written last is what is stored, as long as the incident is its own.
  const { tried } = run.known.own ?? incident;
  for (const planned of planLadder(runbook, seen, tried)) {
    if (planned.unfit === undefined) return planned;
    if (seen.diagnosis.confidence < planned.stage.minConfidence) continue;
    await markTried(run, incident, seen.diagnosis, planned.stage.name, planned.unfit);
  }
  return undefined;
}
