import type { Incident } from '../../core/incident/incident.ts';
import { byHand } from '../../core/repair/handover.ts';
import type { Plan } from '../../core/repair/plan.ts';
import type { Stage } from '../../core/runbook/runbook.ts';
import { stageLines } from '../../core/runbook/stage-lines.ts';
import { type Acted, type Action, act } from './act.ts';
import { type Attempt, endAttempt, markTried } from './attempt.ts';
import { changeRouteTables } from './change-route-tables.ts';
import { claimNode } from './claims.ts';
import type { Seen } from './look/look.ts';
import { type Run, record } from './run.ts';
import { lostPaths } from './settle-attempt.ts';

export type Step =
  | { readonly type: 'look-again'; readonly attempt: Attempt }
  | { readonly type: 'rest'; readonly why: string };

export interface ChosenStage {
  readonly stage: Stage;
  /** Null: the stage only talks to the Kubernetes API. */
  readonly plan: Plan | null;
}

/** Long enough for a look at every host with searches, also where Run Command is slow. */
const CONFIRM_WITHIN_SECONDS = 120;

/** Carries one stage out: on record first, then the claim on the node, then the hosts. */
export async function carryOut(run: Run, incident: Incident, seen: Seen, { stage, plan }: ChosenStage): Promise<Step> {
  const node = seen.evidence.target.node;
  const operationKey = keyOf(run, incident, stage);
  await record(
    run,
    {
      event: 'plan',
      summary: `${stage.name}: ${stage.why}`,
      stage: stage.name,
      operationKey,
      detail: [...stageLines(stage, plan, node)],
    },
    (current) => ({ ...current, phase: 'repairing' }),
  );
  // Nothing on the node is touched, and no mark on it would help: the fault is everybody's behind the hub.
  if (stage.name === 'cloud-route' && plan !== null)
    return carryOutPlan(run, incident, seen, { stage, plan, operationKey });
  const claim = await claimNode(run, incident, node, plan === null ? 'quarantined' : 'repairing', operationKey);
  if (claim.type === 'refused') return { type: 'rest', why: claim.reason };
  if (plan !== null) return carryOutPlan(run, incident, seen, { stage, plan, operationKey });
  const until = 'the node is kept away from the scheduler until a person or time heals it';
  await markTried(run, incident, seen.diagnosis, stage.name, until);
  return { type: 'rest', why: `${node} is quarantined${byHand(seen.facts, seen.diagnosis)}` };
}

async function carryOutPlan(
  run: Run,
  incident: Incident,
  seen: Seen,
  chosen: Pick<Action, 'stage' | 'plan' | 'operationKey'>,
): Promise<Step> {
  const { stage, operationKey } = chosen;
  const { class: faultClass, cause } = seen.diagnosis;
  // Who restarts an agent has nothing to put back.
  const confirmWithinSeconds = stage.name === 'restart-agent' ? 0 : CONFIRM_WITHIN_SECONDS;
  const { acted, action } = await actOn(run, { ...chosen, cluster: incident.target.cluster, confirmWithinSeconds });
  const attempt: Attempt = {
    type: 'acted',
    action,
    against: { class: faultClass, cause },
    armed: confirmWithinSeconds > 0,
    lostBefore: lostPaths(seen),
  };
  if (acted.type === 'failed') {
    await endAttempt(run, attempt, 'rollback');
    await markTried(run, incident, seen.diagnosis, stage.name, acted.reason);
    return { type: 'look-again', attempt: { type: 'none' } };
  }
  const verifying = `verifying ${stage.name} by probe, both directions`;
  await record(run, { event: 'verification', summary: verifying, stage: stage.name, operationKey }, (current) => ({
    ...current,
    phase: 'verifying',
  }));
  return { type: 'look-again', attempt };
}

async function actOn(run: Run, action: Action): Promise<{ readonly acted: Acted; readonly action: Action }> {
  if (action.stage.name === 'cloud-route') return changeRouteTables(run, action);
  return { acted: await act(run, action), action };
}

/** `<incident>.<stage>.<attempt>` */
export function keyOf(run: Run, incident: Incident, stage: Stage): string {
  return `${incident.incidentId}.${stage.name}.${run.input.run}-${run.next()}`;
}
