import { leavesOf } from '../../core/evidence/evidence.ts';
import { nameOfPath, touching } from '../../core/evidence/paths.ts';
import { everyLayerAndWorkload, ipv6Kinds } from '../../core/evidence/probe-name.ts';
import type { Incident } from '../../core/incident/incident.ts';
import { permanentChanges, permanentLines } from '../../core/repair/permanent-changes.ts';
import type { ActOutcomeRemembered } from '../../core/safety/memory.ts';
import { giveBack } from './claims.ts';
import type { Seen } from './look/seen.ts';
import { type Against, markTried } from './mark-tried.ts';
import { effect, type Run, record } from './run.ts';
import type { Action } from './rungs/rung.ts';
import { rungs } from './rungs/rungs.ts';
import { settleAct } from './settle-act.ts';
import { withdrawApproval } from './withdraw-approval.ts';

/** A stage that acted: the next look tells whether it helped. */
export interface Acted {
  readonly type: 'acted';
  readonly action: Action;
  readonly against: Against;
  /** Epoch milliseconds, before its first command was sent: no host takes it back sooner than its timer after this. */
  readonly actedAt: number;
  /** Paths that passed before it acted: only these can be made worse. */
  readonly passedBefore: readonly string[];
  /** The leaves that were looked at with the hub: its plan is for these and no others. */
  readonly leaves: readonly string[];
}

/** Where the run stands between two looks. */
export type Attempt =
  | { readonly type: 'none' }
  /** The host was given time to recover by itself. */
  | { readonly type: 'waited' }
  /** A person was asked, or has said yes, for the plan with this digest. */
  | {
      readonly type: 'asked';
      readonly approvalId: string;
      readonly planDigest: string;
      readonly approved: boolean;
      readonly leaves: readonly string[];
    }
  | Acted;

/** Something is busy or too slow: look again later. Nothing counts as tried. */
export interface Waiting {
  readonly type: 'wait';
  readonly attempt: Attempt;
  readonly why: string;
}

/** Until a question or an act is settled, a hub is looked at for the leaves that it was about; undefined: for all. */
export function leavesUnderWay(attempt: Attempt): readonly string[] | undefined {
  return attempt.type === 'asked' || attempt.type === 'acted' ? attempt.leaves : undefined;
}

/** `actedAt`: epoch milliseconds, before the first command is sent. */
export function actedOn(seen: Seen, action: Action, actedAt: number): Acted {
  const { class: faultClass, cause, hostAtFault } = seen.diagnosis;
  const passedBefore = pathsOf(seen, (passed) => passed);
  const leaves = leavesOf(seen.evidence);
  const against = { class: faultClass, cause, hostAtFault };
  return { type: 'acted', action, against, actedAt, passedBefore, leaves };
}

/**
 * Decides what becomes of a stage after which the node is still not healthy. Where its cause is gone, and no path is lost that
 * passed before, the change is confirmed: a second fault shows only now, or the same one on another host. So it is where a hub's
 * tables differ about fewer leaves than before. Otherwise it is put back, and the stage counts as tried, unless its hosts had taken
 * it back before anybody could look: that says nothing of whether it helps, and it waits for a better moment. Undefined: it is
 * settled, and the ladder goes on.
 */
export async function judge(run: Run, incident: Incident, seen: Seen, attempt: Attempt): Promise<Waiting | undefined> {
  return attempt.type === 'acted' ? judgeActed(run, incident, seen, attempt) : undefined;
}

async function judgeActed(run: Run, incident: Incident, seen: Seen, acted: Acted): Promise<Waiting | undefined> {
  const { against, action, passedBefore } = acted;
  const newlyLost = pathsOf(seen, (passed) => !passed).filter((path) => passedBefore.includes(path));
  const { class: faultClass, cause, hostAtFault } = seen.diagnosis;
  const sameCause = faultClass === against.class && cause === against.cause && hostAtFault === against.hostAtFault;
  const helpedSome = leavesOf(seen.evidence).length < acted.leaves.length;
  if ((!sameCause || helpedSome) && newlyLost.length === 0 && seen.facts.node !== undefined) {
    await confirm(run, acted);
    await settleAct(run, action, 'healed');
    await endCapacity(run, incident, seen, acted);
    return undefined;
  }
  if (newlyLost.length === 0 && (await isOverdue(run, acted))) {
    await putBack(run, action, 'cancelled');
    const { name } = action.stage;
    const why = `${name} was taken back by its own timer before it could be verified`;
    const summary = `${why}: it does not count as tried`;
    await record(run, { event: 'verification', summary, stage: name, operationKey: action.operationKey });
    await endCapacity(run, incident, seen, acted);
    return { type: 'wait', attempt: { type: 'waited' }, why };
  }
  await putBack(run, action);
  const worse = `it made things worse: ${newlyLost.slice(0, 3).join(', ')}`;
  const why = newlyLost.length > 0 ? worse : 'verification still fails';
  await markTried(run, incident, against, action.stage.name, why);
  await endCapacity(run, incident, seen, acted);
  return undefined;
}

/** Its hosts have rolled the change back by now: nobody could reach them to verify and confirm it. */
async function isOverdue(run: Run, { action, actedAt }: Acted): Promise<boolean> {
  const { confirmWithinSeconds } = rungs[action.stage.name];
  if (confirmWithinSeconds === null) return false;
  return effect(run, 'is overdue', async () => run.ports.clock() - actedAt > confirmWithinSeconds * 1_000);
}

/** What a rung took ends with the rung, so that the cordon of one never denies the next. */
async function endCapacity(run: Run, incident: Incident, seen: Seen, { action }: Acted): Promise<void> {
  if (rungs[action.stage.name].claim !== null) await giveBack(run, incident, seen.evidence.target.node);
}

/** The change stays: its hosts cancel their rollback, and the receipt says what the owner has to write down. */
export async function confirm(run: Run, { action }: Acted): Promise<void> {
  await rungs[action.stage.name].settle(run, action, 'confirm');
  const changes = action.plan === null ? [] : permanentChanges(action.plan);
  if (changes.length === 0) return;
  const lines = permanentLines(changes).map((line) => line.trim());
  await record(run, {
    event: 'permanent',
    summary: `to keep it over a restart: ${lines.join(' ')}`,
    stage: action.stage.name,
    operationKey: action.operationKey,
    detail: changes.map((change) => ({ ...change, lines: [...change.lines] })),
  });
}

/** Undoes the change at once. */
export async function putBack(run: Run, action: Action, outcome: ActOutcomeRemembered = 'ineffective'): Promise<void> {
  await rungs[action.stage.name].settle(run, action, 'put-back');
  await settleAct(run, action, outcome);
}

/** Withdraws the approval that is still open, if there is one. */
export async function withdraw(run: Run, attempt: Attempt): Promise<void> {
  if (attempt.type === 'asked' && !attempt.approved) await withdrawApproval(run, attempt.approvalId);
}

/** Leaves nothing behind: a change is put back, an open approval is withdrawn. */
export async function abandon(run: Run, attempt: Attempt): Promise<void> {
  if (attempt.type === 'acted') return putBack(run, attempt.action, 'cancelled');
  return withdraw(run, attempt);
}

/** While the Kubernetes API says nothing of any host, a change is left to the host's own timer. An open question is withdrawn. */
export async function leaveToTimer(run: Run, attempt: Attempt): Promise<void> {
  if (attempt.type === 'acted') return settleAct(run, attempt.action, 'cancelled');
  return withdraw(run, attempt);
}

/** The node's measured paths with a result, by name. What was not measured before cannot have been made worse. */
function pathsOf({ evidence }: Seen, wanted: (passed: boolean) => boolean): readonly string[] {
  return touching(evidence, [...everyLayerAndWorkload, ...ipv6Kinds.map(({ kind }) => kind)])
    .filter(({ passed }) => wanted(passed))
    .map(nameOfPath);
}
