import { assertNever } from '../../core/assert-never.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { byHand } from '../../core/repair/handover.ts';
import type { Stage } from '../../core/runbook/runbook.ts';
import { type Attempt, actedOn, putBack } from './attempt.ts';
import { claimNode } from './claims.ts';
import type { Seen } from './look/seen.ts';
import { markTried } from './mark-tried.ts';
import { type Run, record } from './run.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';
import type { ActOutcome } from './rungs/rung.ts';

export type Step =
  | { readonly type: 'look-again'; readonly attempt: Attempt }
  | { readonly type: 'hand-over'; readonly why: string };

/** Carries one stage out: on record first, then the claim on the node, then what the rung does. */
export async function carryOut(run: Run, incident: Incident, seen: Seen, planned: PlannedStage): Promise<Step> {
  const { stage, rung, plan, lines } = planned;
  const { node } = seen.evidence.target;
  const operationKey = keyOf(run, incident, stage);
  await record(
    run,
    { event: 'plan', summary: `${stage.name}: ${stage.why}`, stage: stage.name, operationKey, detail: [...lines] },
    (current) => ({ ...current, phase: 'repairing' }),
  );
  if (rung.claim !== null) {
    const claim = await claimNode(run, incident, node, rung.claim, operationKey);
    if (claim.type === 'refused') return { type: 'hand-over', why: claim.reason };
  }
  const outcome = await rung.act(run, { stage, plan, operationKey, cluster: incident.target.cluster });
  return afterActing(run, incident, seen, stage, outcome);
}

async function afterActing(run: Run, incident: Incident, seen: Seen, stage: Stage, outcome: ActOutcome): Promise<Step> {
  switch (outcome.type) {
    case 'done': {
      const acted = actedOn(seen, outcome.action);
      await recordVerifying(run, acted.action.operationKey, stage);
      return { type: 'look-again', attempt: acted };
    }
    case 'failed':
      await putBack(run, actedOn(seen, outcome.action));
      await markTried(run, incident, seen.diagnosis, stage.name, outcome.reason);
      return { type: 'look-again', attempt: { type: 'none' } };
    case 'out-of-service': {
      const until = 'the node stays cordoned and tainted until it is healthy';
      await markTried(run, incident, seen.diagnosis, stage.name, until);
      const why = `${seen.evidence.target.node} is quarantined${byHand(seen)}`;
      return { type: 'hand-over', why };
    }
    default:
      return assertNever(outcome);
  }
}

function recordVerifying(run: Run, operationKey: string, { name }: Stage): Promise<void> {
  const summary = `verifying ${name} by probe, both directions`;
  return record(run, { event: 'verification', summary, stage: name, operationKey }, (current) => ({
    ...current,
    phase: 'verifying',
  }));
}

/** `<incident>.<stage>.<attempt>` */
export function keyOf(run: Run, incident: Incident, stage: Stage): string {
  return `${incident.incidentId}.${stage.name}.${run.input.run}-${run.next()}`;
}
