import { findNode } from '../../core/evidence/fleet-map.ts';
import type { FoundFault } from '../../core/incident/incident.ts';
import { withDrain } from '../../core/runbook/with-drain.ts';
import { type Seen, understand } from '../../functions/runbook/look/seen.ts';
import { planLadder } from '../../functions/runbook/rungs/plan-ladder.ts';
import { runbookFor } from '../../runbooks/catalogue.ts';
import type { RecordedDecision, RecordedStage } from './recorded-decision.ts';

/** A decision: what is wrong, and the stage against it. */
export interface Decided {
  readonly diagnosis: FoundFault;
  readonly planned: RecordedDecision['planned'];
}

/** What today's code decides for the same evidence, after the same stages were tried. `drains`: draining is allowed. */
export function decideAgain({ evidence, tried, planned }: RecordedDecision, drains: boolean): Decided {
  const seen = understand(evidence);
  const { class: faultClass, cause, hostAtFault } = seen.diagnosis;
  return {
    diagnosis: { class: faultClass, cause, hostAtFault },
    planned: planned === undefined ? undefined : chosenStage(seen, tried, drains),
  };
}

/** As the runbook chooses: nothing for a network that works or a Node that is gone, else the lowest stage that can be carried out. */
function chosenStage(seen: Seen, tried: RecordedDecision['tried'], drains: boolean): RecordedStage | null {
  const { evidence, diagnosis, verified } = seen;
  const runbook = runbookFor(diagnosis.class);
  const isGone = findNode(evidence.nodes, evidence.target.node) === undefined;
  if (runbook === undefined || verified || isGone) return null;
  const ladder = planLadder(withDrain(runbook, { mode: drains ? 'by-approval' : 'off', seconds: 0 }), seen, tried);
  const first = ladder.find(({ unfit }) => unfit === undefined);
  return first === undefined ? null : { stage: first.stage.name, lines: first.lines };
}
