import { CallbackSubmitterError, CallbackTimeoutError, type RetryDecision } from '@aws/durable-execution-sdk-js';
import type { Incident } from '../../core/incident/incident.ts';
import type { Stage } from '../../core/runbook/runbook.ts';
import { type Approval, describeDecision } from '../../core/safety/approval.ts';
import { type OnExpiry, yesesNeeded } from '../../core/safety/approval-rules.ts';
import { operatorUncordoned } from '../../core/safety/node-claim.ts';
import { questionPauseSeconds } from '../../core/safety/question-pause.ts';
import type { StandingScope } from '../../core/safety/standing-approval.ts';
import { type Briefing, triedBefore } from './brief-question.ts';
import { holderOf } from './claims.ts';
import { type Risk, readRisk } from './read-risk.ts';
import { effect, type Run, record, retryPassing } from './run.ts';
import { shownLines } from './shown-lines.ts';
import { useStandingApproval } from './use-standing-approval.ts';

/** `look-again`: something happened to the node or its alerts while we waited. */
export type Answer = 'approved' | 'denied' | 'taken-over' | 'expired' | 'look-again';

export interface Question {
  readonly approvalId: string;
  readonly stage: Stage;
  /** The nodes that the stage takes out of service, or whose pods it may disturb. */
  readonly takes: readonly string[];
  /** What a person approves. */
  readonly lines: readonly string[];
  readonly planDigest: string;
  readonly briefing: Briefing;
  /** Which standing approval may answer; undefined: none. */
  readonly standing: StandingScope | undefined;
}

/** `onExpiry`: as the person was told when they were asked. */
export interface Answered {
  readonly answer: Answer;
  readonly onExpiry: OnExpiry;
}

/**
 * Asks a person, unless a standing approval answers, and suspends until an answer, a signal or the deadline. Only the stored approval counts: it also holds a
 * click whose callback was lost, and it accepts no answer after `expiresAt`.
 */
export async function askApproval(run: Run, incident: Incident, question: Question): Promise<Answered> {
  const approval = await effect(run, 'create approval', async () => {
    const risk = await readRisk(run, question.takes);
    const { tried } = (await run.ports.store.get(incident.incidentId)) ?? incident;
    return withoutPlan(await run.ports.approvals.create(toApproval(run, { ...incident, tried }, question, risk)));
  });
  const onExpiry = approval.brief?.onExpiry ?? question.briefing.brief.onExpiry;
  const isNew = approval.callbackId === null && approval.status === 'pending';
  const answered = isNew && approval.standing !== undefined && (await useStandingApproval(run, approval));
  if (approval.callbackId === null && !answered) {
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
  if (approval.status === 'pending' && !answered) await waitForAnswer(run, approval);
  const settled = await readAnswer(run, approval);
  if (settled === 'look-again') return { answer: settled, onExpiry };
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
  const answer = settled.status === 'pending' || settled.status === 'withdrawn' ? 'expired' : settled.status;
  return { answer, onExpiry };
}

/** A question without its plan: the result of a step of the execution holds 256 KiB. */
type Asked = Omit<Approval, 'planLines'>;

function withoutPlan(approval: Asked & { readonly planLines?: readonly string[] }): Asked {
  const { planLines: _, ...asked } = approval;
  return asked;
}

function toApproval(
  run: Run,
  incident: Incident,
  { approvalId, stage, lines, planDigest, briefing: { brief, rule }, standing }: Question,
  risk: Risk,
): Approval {
  const now = run.ports.clock();
  const needed = yesesNeeded(rule, risk.gpus);
  return {
    approvalId,
    incidentId: incident.incidentId,
    target: incident.target,
    stage: stage.name,
    planDigest,
    planLines: shownLines(lines),
    ...(risk.lines.length === 0 ? {} : { atRisk: [...risk.lines] }),
    reason: stage.why,
    brief: { ...brief, gpus: risk.gpus, tried: [...triedBefore(incident)] },
    ...(needed === 1 ? {} : { yesesNeeded: needed }),
    ...(needed === 1 && standing !== undefined ? { standing: { ...standing } } : {}),
    requestedAt: now,
    expiresAt: now + run.settings.approvalTimeoutSeconds * 1_000,
    callbackId: null,
    status: 'pending',
    decidedBy: null,
    decidedAt: null,
  };
}

/** Suspends until the callback is completed, the deadline passes, or a person takes the node back. */
async function waitForAnswer(run: Run, approval: Asked): Promise<void> {
  for (;;) {
    const seconds = await secondsToWait(run, approval);
    if (seconds === 0 || (await waitOnce(run, approval, seconds)) === 'completed') return;
  }
}

/** 0: there is nothing more to wait for. */
function secondsToWait(run: Run, { incidentId, target, expiresAt }: Asked): Promise<number> {
  return effect(run, 'watch node', async () => {
    const { store, cluster, clock } = run.ports;
    const watched = (await store.get(incidentId))?.claimed === true;
    const node = watched ? await cluster.getNode(target.node) : undefined;
    const takenBack = node !== undefined && operatorUncordoned(node, holderOf(run));
    return takenBack ? 0 : questionPauseSeconds(expiresAt, clock(), watched);
  });
}

/** Suspends until the callback is completed or times out. What was decided is read from the store, not from the callback. */
async function waitOnce(run: Run, approval: Asked, seconds: number): Promise<'completed' | 'timed-out'> {
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
async function openQuestion(run: Run, approval: Asked, callbackId: string): Promise<void> {
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
async function readAnswer(run: Run, approval: Asked): Promise<Asked | 'look-again'> {
  return effect(run, 'read answer', async () => {
    const { approvals, clock } = run.ports;
    const stored = await approvals.get(approval.approvalId);
    if (stored?.status === 'pending' && clock() < stored.expiresAt) return 'look-again' as const;
    const outcome =
      stored?.status === 'pending' ? await approvals.settle(approval.approvalId, 'expired', clock()) : undefined;
    return withoutPlan(outcome !== undefined && 'approval' in outcome ? outcome.approval : (stored ?? approval));
  });
}

function decisionSummary(stage: Stage, approval: Asked): string {
  const reason = approval.decidedBy?.reason;
  return `${stage.name}: ${describeDecision(approval)}${reason === undefined ? '' : `: ${reason}`}`;
}
