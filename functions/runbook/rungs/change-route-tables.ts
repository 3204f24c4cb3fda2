import type { Target } from '../../../core/alert/target.ts';
import { assertNever } from '../../../core/assert-never.ts';
import type { RouteWrite, RouteWriteOutcome } from '../../../core/cloud/cloud-routes.ts';
import { describeNow, judgeRouteTable } from '../../../core/cloud/judge-route-table.ts';
import {
  applyWrite,
  awsCommand,
  formatWrite,
  type RouteTableChange,
  undoWrite,
} from '../../../core/cloud/route-table-change.ts';
import { RestitchError } from '../../../core/restitch-error.ts';
import type { PauseSubject } from '../../../core/safety/pause.ts';
import { ownIncident } from '../own-incident.ts';
import { pausedNow, whyNotNow } from '../paused-now.ts';
import { effect, type Run, record } from '../run.ts';
import { withLock } from '../with-lock.ts';
import type { Action, ActOutcome } from './rung.ts';

/** EC2's API is eventually consistent: a new route may take seconds until packets follow it (EC2 developer guide). */
const PROPAGATION_SECONDS = 5;

type Outcome = RouteWriteOutcome | { readonly type: 'unchanged' | 'busy'; readonly why: string };

/** A change that has to be put back waits longer for the table. */
const PUT_BACK_PATIENCE_SECONDS = 120;

/**
 * Carries out the changes of route tables, one table at a time, each under its lock. The outcome's action holds only what
 * was really changed: that, and nothing else, is put back when the verification fails.
 */
export async function changeRouteTables(run: Run, action: Action): Promise<ActOutcome> {
  const changed: RouteTableChange[] = [];
  const made = (): Action =>
    action.plan === null ? action : { ...action, plan: { ...action.plan, routeTables: [...changed] } };
  for (const change of action.plan?.routeTables ?? []) {
    const outcome = await underLock(run, change, () => changeTable(run, action, change));
    await recordWrite(run, action, change, applyWrite(change), outcome);
    if (outcome.type === 'busy')
      return { type: 'held-up', action: made(), begun: changed.length > 0, reason: outcome.why };
    if (outcome.type === 'refused') return { type: 'failed', action: made(), reason: outcome.reason };
    if (outcome.type === 'done') changed.push(change);
  }
  if (changed.length > 0) await run.context.wait(`routes propagate ${run.next()}`, { seconds: PROPAGATION_SECONDS });
  return { type: 'done', action: made() };
}

/** Puts back what this action changed, the last change first. A route that somebody else has changed since stays. */
export async function putRoutesBack(run: Run, action: Action): Promise<void> {
  for (const change of (action.plan?.routeTables ?? []).toReversed()) {
    const outcome = await underLock(run, change, () => putBack(run, change), PUT_BACK_PATIENCE_SECONDS);
    await recordWrite(run, action, change, undoWrite(change), outcome);
  }
}

/** The table is read again, under the lock: only what was approved is changed, and only where it is still wrong. */
async function changeTable(run: Run, { concerns }: Action, change: RouteTableChange): Promise<Outcome> {
  const paused = await whyNotNow(run, concerns);
  if (paused !== undefined) return { type: 'busy', why: paused };
  const verdict = await readAgain(run, change);
  if (verdict.type === 'refused') return verdict;
  if (verdict.type === 'right') return { type: 'unchanged', why: 'the route is right already' };
  if (verdict.now?.target !== change.now?.target || verdict.now?.state !== change.now?.state)
    return refused(`${change.table} was changed since the plan was made: it has ${describeNow(verdict.now)}`);
  return writeUnlessPaused(run, concerns, change);
}

/**
 * EC2 may throttle for minutes: each attempt reads the pause again. An attempt before it may have been accepted with its
 * answer lost, and what was done has to be put back: so the table tells.
 */
function writeUnlessPaused(run: Run, concerns: PauseSubject, change: RouteTableChange): Promise<Outcome> {
  return effect(run, 'change route table', async (): Promise<Outcome> => {
    const why = await pausedNow(run, concerns);
    if (why === undefined) return run.ports.cloudRoutes.write(change.table, applyWrite(change));
    const now = judgeRouteTable(await run.ports.cloudRoutes.read(change.table), change);
    return now.type === 'right' ? { type: 'done' } : { type: 'busy', why };
  });
}

async function putBack(run: Run, change: RouteTableChange): Promise<Outcome> {
  await ownIncident(run);
  const verdict = await readAgain(run, change);
  if (verdict.type === 'refused') return verdict;
  if (verdict.type === 'wrong') return { type: 'unchanged', why: 'somebody has changed it since' };
  return effect(run, 'change route table', () => run.ports.cloudRoutes.write(change.table, undoWrite(change)));
}

function readAgain(run: Run, change: RouteTableChange) {
  return effect(run, 'read route table', async () => {
    try {
      return judgeRouteTable(await run.ports.cloudRoutes.read(change.table), change);
    } catch (error) {
      if (!(error instanceof RestitchError) || error.retryable) throw error;
      return refused(error.message);
    }
  });
}

/** Two clusters of one VPC share its route tables: the lock names no cluster. */
function lockOf({ table }: RouteTableChange): Target {
  return { cluster: 'route-tables', node: table };
}

async function underLock(
  run: Run,
  change: RouteTableChange,
  body: () => Promise<Outcome>,
  patienceSeconds?: number,
): Promise<Outcome> {
  const outcome = await withLock(run, lockOf(change), body, patienceSeconds);
  return outcome === 'busy' ? { type: 'busy', why: `another incident is at work on ${change.table}` } : outcome;
}

async function recordWrite(
  run: Run,
  { stage, operationKey }: Action,
  change: RouteTableChange,
  wanted: RouteWrite,
  outcome: Outcome,
): Promise<void> {
  const command = awsCommand(change.table, wanted);
  await record(run, {
    event: 'command',
    summary: `${stage.name} on ${change.table}: ${formatWrite(wanted)}: ${describeOutcome(outcome, command)}`,
    stage: stage.name,
    operationKey,
    detail: { command, change, outcome },
  });
}

function describeOutcome(outcome: Outcome, command: string): string {
  switch (outcome.type) {
    case 'done':
      return 'done';
    case 'busy':
      return `not done: ${outcome.why}; by hand: ${command}`;
    case 'unchanged':
      return `left alone, ${outcome.why}`;
    case 'refused':
      return `refused: ${outcome.reason}; by hand: ${command}`;
    default:
      return assertNever(outcome);
  }
}

function refused(reason: string): { readonly type: 'refused'; readonly reason: string } {
  return { type: 'refused', reason };
}
