import { findNode } from '../../core/evidence/fleet-map.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { byHand } from '../../core/repair/handover.ts';
import type { Plan } from '../../core/repair/plan.ts';
import { patienceFor } from '../../core/runbook/patience.ts';
import type { Patience, Stage } from '../../core/runbook/runbook.ts';
import { stageLines } from '../../core/runbook/stage-lines.ts';
import { guardStage } from '../../core/safety/guards.ts';
import { runbookFor } from '../../runbooks/catalogue.ts';
import { askApproval } from './ask-approval.ts';
import { type Attempt, endAttempt, markTried } from './attempt.ts';
import { carryOut, keyOf, type Step } from './carry-out.ts';
import { chooseStage } from './choose-stage.ts';
import type { Seen } from './look/look.ts';
import { effect, type Run, record } from './run.ts';
import { settleAttempt } from './settle-attempt.ts';

/** One step on the ladder for what was just seen: settle the stage that did not help, then choose, guard, ask, act. */
export async function climb(run: Run, incident: Incident, seen: Seen, attempt: Attempt): Promise<Step> {
  if (attempt.type === 'acted') await settleAttempt(run, incident, seen, attempt);
  const { diagnosis } = seen;
  const runbook = runbookFor(diagnosis.class);
  const change = byHand(seen.facts, diagnosis);
  const what = `${diagnosis.class} (${diagnosis.cause})`;
  if (runbook === undefined) return giveUp(run, attempt, `no runbook repairs ${what}${change}`);
  const chosen = await chooseStage(run, incident, seen, runbook);
  if (chosen === undefined) return giveUp(run, attempt, `nothing is left to try against ${what}${change}`);
  const { stage, plan } = chosen;
  const patience = patienceFor(runbook, seen.evidence, diagnosis);
  if (patience !== undefined && attempt.type === 'none' && stage === runbook.stages[0]) return wait(run, patience);
  const denied = await guard(run, incident, seen, stage, plan);
  if (denied !== undefined) return giveUp(run, attempt, `${denied}${change}`);
  const question = await digestOf(run, stage, plan, seen);
  if (needsApproval(run, stage)) {
    const asked = await ask(run, incident, seen, stage, plan, question, attempt);
    if (asked.type !== 'go') return asked;
  }
  return carryOut(run, incident, seen, chosen);
}

async function wait(run: Run, { cause, seconds, why }: Patience): Promise<Step> {
  await record(run, { event: 'verification', summary: `${cause}: waiting ${seconds} s. ${why}` });
  await run.context.wait(`patience ${run.next()}`, { seconds });
  return { type: 'look-again', attempt: { type: 'waited' } };
}

async function giveUp(run: Run, attempt: Attempt, why: string): Promise<Step> {
  if (attempt.type === 'asked') await endAttempt(run, attempt, 'rollback');
  return { type: 'rest', why };
}

async function guard(
  run: Run,
  incident: Incident,
  seen: Seen,
  stage: Stage,
  plan: Plan | null,
): Promise<string | undefined> {
  const { evidence, diagnosis } = seen;
  const node = findNode(evidence.nodes, evidence.target.node);
  if (node === undefined) return 'the Node object is gone';
  const now = await effect(run, 'clock', async () => run.ports.clock());
  const verdict = guardStage({
    incidentId: incident.incidentId,
    stage,
    diagnosis,
    node,
    nodes: evidence.nodes,
    plan,
    poolLabel: run.settings.labels.pool,
    budget: run.settings.budget,
    now,
  });
  const said = verdict.type === 'allow' ? `${stage.name} may act` : `${stage.name} may not act: ${verdict.reason}`;
  await record(run, {
    event: 'guard',
    summary: said,
    stage: stage.name,
    detail: { verdict, lines: stageLines(stage, plan, node.metadata.name) },
  });
  return verdict.type === 'allow' ? undefined : verdict.reason;
}

async function digestOf(run: Run, stage: Stage, plan: Plan | null, { evidence }: Seen): Promise<string> {
  const shown = [stage.name, evidence.target.node, ...stageLines(stage, plan, evidence.target.node)].join('\n');
  return effect(run, 'digest', async () => run.ports.digest(shown));
}

function needsApproval(run: Run, stage: Stage): boolean {
  return stage.approval === 'required' || (stage.approval === 'by-policy' && run.settings.approveQuarantine);
}

/**
 * A yes counts only for the plan that was shown: after it the node is looked at again, and the stage goes when the same
 * plan is still what the node needs.
 */
async function ask(
  run: Run,
  incident: Incident,
  seen: Seen,
  stage: Stage,
  plan: Plan | null,
  planDigest: string,
  attempt: Attempt,
): Promise<Step | { readonly type: 'go' }> {
  const same = attempt.type === 'asked' && attempt.planDigest === planDigest;
  if (same && attempt.approved) return { type: 'go' };
  if (attempt.type === 'asked' && !same) await endAttempt(run, attempt, 'rollback');
  const approvalId = same ? attempt.approvalId : keyOf(run, incident, stage);
  const answer = await askApproval(run, incident, { approvalId, stage, plan, planDigest });
  if (answer === 'denied' || answer === 'expired') {
    await markTried(run, incident, seen.diagnosis, stage.name, `approval ${answer}`);
    return { type: 'look-again', attempt: { type: 'none' } };
  }
  return { type: 'look-again', attempt: { type: 'asked', approvalId, planDigest, approved: answer === 'approved' } };
}
