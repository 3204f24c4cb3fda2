import { assertNever } from '../../core/assert-never.ts';
import { findNode } from '../../core/evidence/fleet-map.ts';
import type { Incident, WaitsFor } from '../../core/incident/incident.ts';
import { byHand } from '../../core/repair/handover.ts';
import type { Stage } from '../../core/runbook/runbook.ts';
import { actSubject } from './act-subject.ts';
import { type Acted, type Attempt, actedOn, putBack, type Waiting } from './attempt.ts';
import { beforeAct } from './before-act.ts';
import { claimNode, giveBack } from './claims.ts';
import type { Seen } from './look/seen.ts';
import { markTried } from './mark-tried.ts';
import { recordOwn } from './own-incident.ts';
import { reserve } from './reserve.ts';
import { effect, type OwnIncident, type Remark, type Run } from './run.ts';
import { runbookOf } from './runbook-of.ts';
import type { PlannedStage } from './rungs/plan-ladder.ts';
import type { ActOutcome } from './rungs/rung.ts';
import { settleAct } from './settle-act.ts';

export type Step =
  /** `own`: the incident, where it was written just now. */
  | { readonly type: 'look-again'; readonly attempt: Attempt; readonly own?: OwnIncident }
  | Waiting
  | { readonly type: 'hand-over'; readonly why: string; readonly waitsFor?: WaitsFor };

/**
 * Carries one stage out: on record first, with what the guards said (`guarded`) where that is not on record yet; then the capacity
 * is reserved, a last look whether it may, the claim, and what the rung does.
 */
export async function carryOut(
  run: Run,
  incident: Incident,
  seen: Seen,
  planned: PlannedStage,
  guarded?: Remark,
): Promise<Step> {
  const { stage, rung, plan, takes, lines } = planned;
  const operationKey = keyOf(run, incident, stage);
  const summary = `${stage.name}: ${stage.why}`;
  const plans: Remark = { event: 'plan', summary, stage: stage.name, operationKey, detail: [...lines] };
  await recordOwn(run, guarded === undefined ? [plans] : [guarded, plans], (current) => ({
    ...current,
    phase: 'repairing',
  }));
  const full = await reserve(run, incident, takes, stage.name, operationKey);
  if (full !== undefined) return { type: 'wait', attempt: { type: 'waited' }, why: full };
  const stopped = await beforeAct(run, incident, seen, planned, operationKey);
  if (stopped !== null) {
    await giveBack(run, incident, seen.evidence.target.node);
    return { type: 'hand-over', ...stopped };
  }
  const uids = uidsOf(seen, planned);
  const { node } = seen.evidence.target;
  const { cluster } = incident.target;
  const { pause: concerns, track } = actSubject(run, incident, seen, planned);
  const action = { stage, plan, operationKey, cluster, node, uids, concerns, track };
  if (rung.claim !== null && takes.includes(node)) {
    const claim = await claimNode(run, incident, {
      node,
      nodeUid: uids[node],
      level: rung.claim,
      operationKey,
      concerns,
    });
    // The next look tells whether a person lifted the cordon, the Node is another one, or another incident has it.
    if (claim.type === 'refused') {
      await settleAct(run, action, 'not-done');
      return heldUp(run, incident, seen, claim.reason);
    }
  }
  const actedAt = await effect(run, 'acted at', async () => run.ports.clock());
  const outcome = await rung.act(run, action);
  return afterActing(run, incident, seen, actedOn(seen, action, actedAt), outcome);
}

/** The UIDs of the node and of every host that the plan acts on, as they were looked at. */
export function uidsOf({ evidence }: Seen, { plan }: Pick<PlannedStage, 'plan'>): Readonly<Record<string, string>> {
  const names = [evidence.target.node, ...(plan?.hosts ?? []).map(({ host }) => host)];
  const entries = names.flatMap((name) => {
    const uid = findNode(evidence.nodes, name)?.metadata.uid;
    return uid === undefined ? [] : [[name, uid] as const];
  });
  return Object.fromEntries(entries);
}

async function heldUp(run: Run, incident: Incident, seen: Seen, why: string): Promise<Step> {
  await giveBack(run, incident, seen.evidence.target.node);
  return { type: 'wait', attempt: { type: 'waited' }, why };
}

async function afterActing(run: Run, incident: Incident, seen: Seen, begun: Acted, outcome: ActOutcome): Promise<Step> {
  const { stage } = begun.action;
  switch (outcome.type) {
    case 'done': {
      const acted = { ...begun, action: outcome.action };
      const own = await recordVerifying(run, acted.action.operationKey, stage, outcome.said);
      return { type: 'look-again', attempt: acted, own };
    }
    case 'failed':
      await putBack(run, outcome.action);
      await markTried(run, incident, seen.diagnosis, stage.name, outcome.reason);
      await giveBack(run, incident, seen.evidence.target.node);
      return { type: 'look-again', attempt: { type: 'none' } };
    case 'held-up':
      if (outcome.begun) await putBack(run, outcome.action, 'cancelled');
      else await settleAct(run, outcome.action, 'not-done');
      return heldUp(run, incident, seen, outcome.reason);
    case 'out-of-service': {
      const { said } = outcome;
      const until = 'the node stays cordoned and tainted until it is healthy';
      await markTried(run, incident, seen.diagnosis, stage.name, said === undefined ? until : `${said}; ${until}`);
      const isLast = runbookOf(run, seen.diagnosis.class)?.stages.at(-1)?.name === stage.name;
      if (!isLast) return { type: 'look-again', attempt: { type: 'none' } };
      const also = said === undefined ? '' : `, ${said}`;
      return { type: 'hand-over', why: `${seen.evidence.target.node} is quarantined${also}${byHand(seen)}` };
    }
    default:
      return assertNever(outcome);
  }
}

function recordVerifying(
  run: Run,
  operationKey: string,
  { name }: Stage,
  said: Remark | undefined,
): Promise<OwnIncident> {
  const summary = `verifying ${name} by probe, both directions`;
  const verifies: Remark = { event: 'verification', summary, stage: name, operationKey };
  return recordOwn(run, said === undefined ? [verifies] : [said, verifies], (current) => ({
    ...current,
    phase: 'verifying',
  }));
}

/** `<incident>.<stage>.<attempt>` */
export function keyOf(run: Run, incident: Incident, stage: Stage): string {
  return `${incident.incidentId}.${stage.name}.${run.input.run}-${run.next()}`;
}
