import { CallbackSubmitterError, CallbackTimeoutError, type RetryDecision } from '@aws/durable-execution-sdk-js';
import type { Incident } from '../../core/incident/incident.ts';
import type { Stage } from '../../core/runbook/runbook.ts';
import type { Approval } from '../../core/safety/approval.ts';
import { operatorUncordoned } from '../../core/safety/node-claim.ts';
import { questionPauseSeconds } from '../../core/safety/question-pause.ts';
import { holderOf } from './claims.ts';
import { readRisk } from './read-risk.ts';
import { effect, type Run, record, retryPassing } from './run.ts';
import { shownLines } from './shown-lines.ts';

/** `look-again`: something happened to the node or its alerts while we waited. */
export type Answer = 'approved' | 'denied' | 'expired' | 'look-again';

export interface Question {
  readonly approvalId: string;
  readonly stage: Stage;
  /** The nodes that the stage takes out of service, or whose pods it may disturb. */
  readonly takes: readonly string[];
  /** What a person approves. */
  readonly lines: readonly string[];
  readonly planDigest: string;
}

/**
 * Asks a person and suspends until an answer, a signal or the deadline. Only the stored approval counts: it also holds a
 * click whose callback was lost, and it accepts no answer after `expiresAt`.
 */
export async function askApproval(run: Run, incident: Incident, question: Question): Promise<Answer> {
  const approval = await effect(run, 'create approval', async () => {
    const atRisk = await readRisk(run, question.takes);
    return run.ports.approvals.create(toApproval(run, incident, question, atRisk));
  });
  if (approval.callbackId === null) {
    await record(
      run,
      {
        event: 'approval-requested',
        summary: `${question.stage.name} waits for approval`,
        stage: question.stage.name,
        operationKey: question.approvalId,
        detail: {
          lines: [...question.lines],
          atRisk: approval.atRisk ?? [],
          digest: approval.planDigest,
          expiresAt: approval.expiresAt,
        },
      },
      (current) => ({ ...current, phase: 'awaiting-approval' }),
    );
  }
  if (approval.status === 'pending') await waitForAnswer(run, approval);
  const settled = await readAnswer(run, approval);
  if (settled === 'look-again') return settled;
  await record(
    run,
    {
      event: 'approval-decided',
      summary: decisionSummary(question.stage, settled),
      stage: question.stage.name,
      operationKey: question.approvalId,
      detail: settled,
    },
    (current) => ({ ...current, phase: 'repairing', pending: null }),
  );
  return settled.status === 'approved' || settled.status === 'denied' ? settled.status : 'expired';
}

function toApproval(
  run: Run,
  incident: Incident,
  { approvalId, stage, lines, planDigest }: Question,
  atRisk: readonly string[],
): Approval {
  const now = run.ports.clock();
  return {
    approvalId,
    incidentId: incident.incidentId,
    target: incident.target,
    stage: stage.name,
    planDigest,
    planLines: shownLines(lines),
    ...(atRisk.length === 0 ? {} : { atRisk: [...atRisk] }),
    reason: stage.why,
    requestedAt: now,
    expiresAt: now + run.settings.approvalTimeoutSeconds * 1_000,
    callbackId: null,
    status: 'pending',
    decidedBy: null,
    decidedAt: null,
  };
}

/** Suspends until the callback is completed, the deadline passes, or a person takes the node back. */
async function waitForAnswer(run: Run, approval: Approval): Promise<void> {
  for (;;) {
    const seconds = await secondsToWait(run, approval);
    if (seconds === 0 || (await waitOnce(run, approval, seconds)) === 'completed') return;
  }
}

/** 0: there is nothing more to wait for. */
function secondsToWait(run: Run, { incidentId, target, expiresAt }: Approval): Promise<number> {
  return effect(run, 'watch node', async () => {
    const { store, cluster, clock } = run.ports;
    const watched = (await store.get(incidentId))?.claimed === true;
    const node = watched ? await cluster.getNode(target.node) : undefined;
    const takenBack = node !== undefined && operatorUncordoned(node, holderOf(run));
    return takenBack ? 0 : questionPauseSeconds(expiresAt, clock(), watched);
  });
}

/** Suspends until the callback is completed or times out. What was decided is read from the store, not from the callback. */
async function waitOnce(run: Run, approval: Approval, seconds: number): Promise<'completed' | 'timed-out'> {
  try {
    await run.context.waitForCallback(
      `approval ${run.next()}`,
      (callbackId) => openQuestion(run, approval, callbackId),
      { timeout: { seconds }, retryStrategy: retryUnlessDecided },
    );
    return 'completed';
  } catch (error) {
    if (error instanceof CallbackTimeoutError) return 'timed-out';
    if (error instanceof CallbackSubmitterError) return 'completed';
    throw error;
  }
}

/** A person clicked between two callbacks: the new callback would never be completed. */
class DecidedAlready extends Error {
  override readonly name = 'DecidedAlready';
}

function retryUnlessDecided(error: Error, attempt: number): RetryDecision {
  return error instanceof DecidedAlready ? { shouldRetry: false } : retryPassing(error, attempt);
}

/** With the callback stored, the notifier posts the question: a click always finds the callback to complete. */
async function openQuestion(run: Run, approval: Approval, callbackId: string): Promise<void> {
  const { approvals, store, clock } = run.ports;
  const { approvalId, incidentId } = approval;
  const stored = await approvals.attach(approvalId, { callbackId });
  if (stored?.status !== 'pending') throw new DecidedAlready(approvalId);
  await store.update(incidentId, (current) => ({
    ...current,
    pending: { callbackId, approvalId },
    updatedAt: clock(),
  }));
}

/** The stored answer, or expiry when the deadline has passed. A signal before it means another look. */
async function readAnswer(run: Run, approval: Approval): Promise<Approval | 'look-again'> {
  return effect(run, 'read answer', async () => {
    const { approvals, clock } = run.ports;
    const stored = await approvals.get(approval.approvalId);
    if (stored?.status === 'pending' && clock() < stored.expiresAt) return 'look-again' as const;
    const outcome =
      stored?.status === 'pending' ? await approvals.settle(approval.approvalId, 'expired', clock()) : undefined;
    return outcome !== undefined && 'approval' in outcome ? outcome.approval : (stored ?? approval);
  });
}

/** Takes a question back: the node healed, or the plan changed. */
export async function withdrawApproval(run: Run, approvalId: string): Promise<void> {
  await effect(run, 'withdraw approval', async () => {
    await run.ports.approvals.settle(approvalId, 'withdrawn', run.ports.clock());
    await run.ports.store.update(run.input.incidentId, (current) =>
      current.pending?.approvalId === approvalId ? { ...current, pending: null } : undefined,
    );
  });
}

/** Takes back every open question of the incident, those of a run that broke down too: nobody waits for an answer any more. */
export async function withdrawEvery(run: Run): Promise<void> {
  await effect(run, 'withdraw questions', async () => {
    const { approvals, clock } = run.ports;
    const pending = await approvals.listPending();
    for (const { approvalId } of pending.filter(({ incidentId }) => incidentId === run.input.incidentId)) {
      await approvals.settle(approvalId, 'withdrawn', clock());
    }
  });
}
function decisionSummary(stage: Stage, { status, decidedBy }: Approval): string {
  return decidedBy === null ? `${stage.name}: ${status}` : `${stage.name}: ${status} by ${decidedBy.name}`;
}
