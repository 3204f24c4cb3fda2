import { assertNever } from '../../core/assert-never.ts';
import { leavesOf } from '../../core/evidence/evidence.ts';
import { type Incident, WaitsFor } from '../../core/incident/incident.ts';
import { byHand } from '../../core/repair/handover.ts';
import { patienceFor } from '../../core/runbook/patience.ts';
import type { Patience, Stage } from '../../core/runbook/runbook.ts';
import type { ApprovalRule } from '../../core/safety/approval-rules.ts';
import type { Verdict } from '../../core/safety/guards/guard.ts';
import { guardStage, type Judgement } from '../../core/safety/guards/guard-stage.ts';
import { judgeCapacity, type ScopeUse } from '../../core/safety/judge-capacity.ts';
import { actSubject } from './act-subject.ts';
import { afterRefusal } from './after-refusal.ts';
import { askApproval } from './ask-approval.ts';
import { type Attempt, withdraw } from './attempt.ts';
import { briefQuestion } from './brief-question.ts';
import { carryOut, keyOf, type Step, uidsOf } from './carry-out.ts';
import { chooseStage } from './choose-stage.ts';
import { giveBack } from './claims.ts';
import type { Seen } from './look/seen.ts';
import { ownIncident, recordKnown } from './own-incident.ts';
import { reserve } from './reserve.ts';
import { effect, type Remark, type Run, record } from './run.ts';
import { runbookOf } from './runbook-of.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';
import { settleOpenActs } from './settle-open-acts.ts';
import { decideInShadow } from './shadow.ts';
import { standingScope } from './standing-scope.ts';
import { takeSnapshot } from './take-snapshot.ts';

/** One step on the ladder for what was just seen: choose, wait where that may heal, guard, ask, act. */
export async function climb(run: Run, incident: Incident, seen: Seen, attempt: Attempt): Promise<Step> {
  const { diagnosis, evidence } = seen;
  const runbook = runbookOf(run, diagnosis.class);
  const change = byHand(seen);
  const what = `${diagnosis.class} (${diagnosis.cause})`;
  if (runbook === undefined) return giveUp(run, attempt, `no runbook repairs ${what}${change}`);
  const planned = await chooseStage(run, incident, seen, runbook);
  if (planned === undefined) return giveUp(run, attempt, `nothing is left to try against ${what}${change}`);
  const isFirst = attempt.type === 'none' && planned.stage === runbook.stages[0];
  const patience = isFirst ? patienceFor(runbook, evidence, diagnosis) : undefined;
  if (patience !== undefined) return wait(run, patience);
  const guarded = await guard(run, incident, seen, planned);
  const { verdict, guard: by, remark } = guarded;
  if (verdict.type === 'allow') {
    if (attempt.type === 'asked') await ownIncident(run);
    await endQuestion(run, incident, seen, attempt);
    return carryOut(run, incident, seen, planned, remark);
  }
  await recordKnown(run, remark, (current) => (verdict.type === 'ask' ? { ...current, asked: true } : current));
  if (verdict.type === 'deny') return giveUp(run, attempt, `${verdict.reason}${change}`, WaitsFor.safeParse(by).data);
  if (verdict.type === 'wait') return { type: 'wait', attempt: kept(attempt), why: verdict.reason };
  if (verdict.type === 'shadow') {
    await decideInShadow(run, incident, seen, planned, verdict.reason);
    return giveUp(run, attempt, `${planned.stage.name} was decided and not done: ${verdict.reason}${change}`);
  }
  await ownIncident(run);
  return (await ask(run, incident, seen, planned, attempt, guarded)) ?? carryOut(run, incident, seen, planned);
}

async function wait(run: Run, { cause, seconds, why }: Patience): Promise<Step> {
  await record(run, { event: 'verification', summary: `${cause}: waiting ${seconds} s. ${why}` });
  await run.context.wait(`patience ${run.next()}`, { seconds });
  return { type: 'look-again', attempt: { type: 'waited' } };
}

/** A question or an approval stands while something is busy. A stage that acted has been judged by now. */
function kept(attempt: Attempt): Attempt {
  return attempt.type === 'asked' ? attempt : { type: 'waited' };
}

async function giveUp(run: Run, attempt: Attempt, why: string, waitsFor?: WaitsFor): Promise<Step> {
  await withdraw(run, attempt);
  return { type: 'hand-over', why, ...(waitsFor === undefined ? {} : { waitsFor }) };
}

/** `uses`: how far the budgets are used, for who is asked. `rules`: those that count now. `remark`: for the record. */
interface Guarded extends Judgement {
  readonly remark: Remark;
  readonly uses: readonly ScopeUse[];
  readonly rules: readonly ApprovalRule[];
}

/** What the guards say, with everything that they looked at. */
async function guard(run: Run, incident: Incident, seen: Seen, planned: PlannedStage): Promise<Guarded> {
  const { takes } = planned;
  const atWork = await settleOpenActs(run, incident, actSubject(run, incident, seen, planned).hosts);
  if (atWork !== undefined) return unjudged(planned, { type: 'wait', reason: atWork });
  const snapshot = await takeSnapshot(run, incident, seen, planned);
  if (snapshot === undefined) return unjudged(planned, { type: 'deny', reason: 'the Node object is gone' });
  const judgement = guardStage(snapshot);
  const remark = remarkOn(planned, judgement);
  const { uses } = judgeCapacity(snapshot, snapshot.slots, { nodes: takes, now: snapshot.now });
  return { ...judgement, remark, uses, rules: snapshot.approvalRules };
}

/** Decided before the guards are asked. */
function unjudged(planned: PlannedStage, verdict: Verdict): Guarded {
  const judgement: Judgement = { verdict, guard: null, decisions: [] };
  return { ...judgement, remark: remarkOn(planned, judgement), uses: [], rules: [] };
}

function remarkOn({ stage, lines }: PlannedStage, judgement: Judgement): Remark {
  const summary = describeVerdict(stage, judgement.verdict);
  return { event: 'guard', summary, stage: stage.name, detail: { ...judgement, lines } };
}

function describeVerdict({ name }: Stage, verdict: Verdict): string {
  switch (verdict.type) {
    case 'allow':
      return `${name} may act`;
    case 'ask':
      return `${name} needs approval: ${verdict.reason}`;
    case 'shadow':
      return `${name} is not done: ${verdict.reason}`;
    case 'wait':
      return `${name} has to wait: ${verdict.reason}`;
    case 'deny':
      return `${name} may not act: ${verdict.reason}`;
    default:
      return assertNever(verdict);
  }
}

/**
 * An approval counts only for the plan that was shown. After it the node is looked at again, and the stage acts if the
 * plan is still the same. The capacity is reserved before a person is asked: a yes finds room. Undefined: the stage may act
 * now.
 */
async function ask(
  run: Run,
  incident: Incident,
  seen: Seen,
  planned: PlannedStage,
  attempt: Attempt,
  { decisions, uses, rules }: Guarded,
): Promise<Step | undefined> {
  const planDigest = await digestOf(run, planned, seen);
  const same = attempt.type === 'asked' && attempt.planDigest === planDigest;
  if (same && attempt.approved) return undefined;
  if (!same) await voidQuestion(run, incident, seen, attempt, planned.stage);
  const approvalId = same ? attempt.approvalId : keyOf(run, incident, planned.stage);
  const { stage, lines, takes } = planned;
  const briefing = briefQuestion({ labels: run.settings.labels, approvalRules: rules }, seen, planned, uses);
  const standing = standingScope(incident, planned, briefing, decisions);
  const full = same ? undefined : await reserve(run, incident, takes, stage.name, approvalId);
  if (full !== undefined) return { type: 'wait', attempt: { type: 'waited' }, why: full };
  const question = { approvalId, stage, takes, lines, planDigest, briefing, standing };
  const { answer, onExpiry } = await askApproval(run, incident, question);
  if (answer !== 'approved' && answer !== 'look-again') {
    return afterRefusal(run, incident, seen, { approvalId, stage: stage.name, answer, onExpiry });
  }
  const leaves = leavesOf(seen.evidence);
  const approved = answer === 'approved';
  return { type: 'look-again', attempt: { type: 'asked', approvalId, planDigest, approved, leaves } };
}

/** The plan or the Node is another one than was shown: the question is withdrawn, and a yes to it is void. */
async function voidQuestion(run: Run, incident: Incident, seen: Seen, attempt: Attempt, stage: Stage): Promise<void> {
  await endQuestion(run, incident, seen, attempt);
  if (attempt.type !== 'asked' || !attempt.approved) return;
  const summary = 'the approval is void: what it was given for is not what would be done now';
  await record(run, { event: 'approval-decided', summary, stage: stage.name, operationKey: attempt.approvalId });
}

/** The question is withdrawn, and what was reserved for it is free again. */
async function endQuestion(run: Run, incident: Incident, seen: Seen, attempt: Attempt): Promise<void> {
  if (attempt.type !== 'asked') return;
  await withdraw(run, attempt);
  await giveBack(run, incident, seen.evidence.target.node);
}

/** A Node that was created anew under the same name is another one. */
function digestOf(run: Run, planned: PlannedStage, seen: Seen): Promise<string> {
  const { stage, lines } = planned;
  const uids = Object.entries(uidsOf(seen, planned)).map(([name, uid]) => `${name}: ${uid}`);
  const shown = [stage.name, seen.evidence.target.node, ...uids, ...lines].join('\n');
  return effect(run, 'digest', async () => run.ports.digest(shown));
}
