import { assertNever } from '../../core/assert-never.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { type Plan, whyUnfit } from '../../core/repair/plan.ts';
import { planCloudRoute } from '../../core/repair/plan-cloud-route.ts';
import { planFullState } from '../../core/repair/plan-entries.ts';
import { planRepair } from '../../core/repair/plan-repair.ts';
import { nextStage } from '../../core/runbook/next-stage.ts';
import type { Runbook, Stage } from '../../core/runbook/runbook.ts';
import { markTried } from './attempt.ts';
import type { ChosenStage } from './carry-out.ts';
import type { Seen } from './look/look.ts';
import { effect, type Run } from './run.ts';

/**
 * The lowest rung that was not tried and has something to do that can be carried out. A rung that has not counts as tried:
 * nothing was touched, so the next one needs no new look. Undefined: nothing is left.
 */
export async function chooseStage(
  run: Run,
  incident: Incident,
  seen: Seen,
  runbook: Runbook,
): Promise<ChosenStage | undefined> {
  const { class: faultClass, cause } = seen.diagnosis;
  let tried = await effect(
    run,
    'read tried',
    async () => (await run.ports.store.get(incident.incidentId))?.tried ?? [],
  );
  for (;;) {
    const stage = nextStage(runbook, cause, tried);
    if (stage === undefined) return undefined;
    const plan = planFor(stage, seen);
    const unfit = plan === null ? undefined : whyUnfit(plan);
    if (unfit === undefined) return { stage, plan };
    await markTried(run, incident, seen.diagnosis, stage.name, unfit);
    tried = [...tried, { class: faultClass, cause, stage: stage.name }];
  }
}

/** What the stage would do on the hosts; null when it only talks to the Kubernetes API. */
function planFor(stage: Stage, { facts, evidence, diagnosis }: Seen): Plan | null {
  switch (stage.name) {
    case 'reconcile':
      return planRepair(facts, diagnosis);
    case 'cloud-route':
      return planCloudRoute(facts);
    case 'restart-agent':
      return {
        device: evidence.flannelDevice,
        hosts: [{ host: diagnosis.hostAtFault ?? evidence.target.node, operations: [] }],
        beyond: [],
      };
    case 'bounce':
      return planFullState(facts.network, evidence.target.node, evidence.flannelDevice);
    case 'quarantine':
      return null;
    default:
      return assertNever(stage.name);
  }
}
