import { isDisruptive } from '../../runbooks/catalogue.ts';
import { isExpected } from '../drills/drill-fault.ts';
import { actsOf } from '../drills/drill-row.ts';
import { expectedOutcome } from '../drills/expected-outcome.ts';
import { wrongActs } from '../wrong-acts.ts';
import type { Played } from './episode.ts';

/** What was not as it should be, one sentence each. */
export function judgeEpisode(played: Played): readonly string[] {
  const { plan, receipt, missing, brokenAfter, left } = played;
  return [
    ...missing,
    ...wrongActs(plan.fault, actsOf(receipt)).map((act) => `acted where no fault called for it: ${act}`),
    ...actsWithoutYes(played),
    ...wrongEnd(played),
    ...(brokenAfter === undefined ? [] : [`after everything was mended ${brokenAfter}`]),
    ...left,
  ];
}

/** What drops packets of healthy pods, or takes a node out, needs a yes, and here nobody gave one. */
function actsWithoutYes({ plan, receipt }: Played): readonly string[] {
  if (plan.answer.says === 'approve') return [];
  return receipt
    .filter(({ event, stage }) => event === 'command' && stage !== null && isDisruptive(stage))
    .map(({ stage }) => `${stage} was done without a yes`);
}

/** Where nobody stood in the way, it must end as a drill of the fault does. Killing the process stands in nobody's way. */
function wrongEnd({ plan, incidents, receipt, brokenBefore }: Played): readonly string[] {
  const { fault, answer, pause, mendedAt } = plan;
  if (answer.says !== 'approve' || pause !== null || mendedAt !== null) return [];
  // Where a fault is shared, its own incident does the work, and holds those of the nodes.
  const worked = incidents.find(({ shared }) => shared !== undefined) ?? incidents[0];
  const outcome = worked?.outcome ?? worked?.phase ?? 'no incident';
  if (!isExpected(fault, outcome, receipt)) return [`ended as ${outcome}, wanted was ${expectedOutcome(fault)}`];
  return outcome === 'repaired' && brokenBefore !== undefined ? [`it was called repaired, and ${brokenBefore}`] : [];
}
