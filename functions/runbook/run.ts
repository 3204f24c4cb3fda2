import type { DurableContext, RetryDecision, Serdes } from '@aws/durable-execution-sdk-js';
import type { Incident } from '../../core/incident/incident.ts';
import type { ReceiptEntry, ReceiptEvent } from '../../core/incident/receipt.ts';
import { RestitchError } from '../../core/restitch-error.ts';
import type { NodeListing } from './node-listing.ts';
import type { RunPorts } from './run-ports.ts';
import type { RunbookSettings } from './settings.ts';

/** The input of the durable execution. */
export interface RunInput {
  readonly incidentId: string;
  readonly run: number;
}

/** One execution at work on one incident: its input, durable context, ports and settings. */
export interface Run {
  readonly input: RunInput;
  readonly context: DurableContext;
  readonly ports: RunPorts;
  readonly settings: RunbookSettings;
  /** A number that no other call of this run gets; the same on every replay. */
  readonly next: () => number;
  /** Called inside steps. */
  readonly nodes: NodeListing;
  /** One checkpointed step that is never repeated. Throws where a crash inside it leaves open whether it was done. */
  readonly once: <T>(name: string, body: () => Promise<T>) => Promise<T>;
}

const RETRY_PAUSES_SECONDS = [2, 4, 8, 16, 32, 60, 60];

/** Failures that may pass are retried, for about three minutes in all; the rest end the run. `attempt` counts from 1. */
export function retryPassing(error: Error, attempt: number): RetryDecision {
  const passing = error instanceof RestitchError ? error.retryable : !(error instanceof TypeError);
  const seconds = RETRY_PAUSES_SECONDS[attempt - 1];
  return passing && seconds !== undefined ? { shouldRetry: true, delay: { seconds } } : { shouldRetry: false };
}

/** One checkpointed step. A replay does not repeat it; a crash inside it does. A failure that is retried is logged. */
export function effect<T>(run: Run, name: string, body: () => Promise<T>, serdes?: Serdes<T>): Promise<T> {
  const { ports, input } = run;
  const retryStrategy = (error: Error, attempt: number) => {
    const decision = retryPassing(error, attempt);
    const { incidentId } = input;
    if (decision.shouldRetry)
      ports.log.warn('step-retried', { incidentId, step: name, attempt, ...decision.delay, reason: error.message });
    return decision;
  };
  return run.context.step(`${name} ${run.next()}`, body, {
    retryStrategy,
    ...(serdes === undefined ? {} : { serdes }),
  });
}

export interface Remark {
  readonly event: ReceiptEvent;
  readonly summary: string;
  readonly stage?: string;
  readonly operationKey?: string;
  readonly detail?: unknown;
}

/**
 * Appends to the receipt and changes the incident, in one checkpoint. Both are idempotent. A closed incident, or a later run's,
 * is not changed. The chat follows the stored incident by itself (functions/notify).
 */
export function record(run: Run, remark: Remark, change?: (incident: Incident) => Incident): Promise<void> {
  const entryId = `r${pad(run.input.run)}.${pad(run.next())}`;
  const { ports, input } = run;
  return effect(run, `record ${remark.event}`, async () => {
    const at = ports.clock();
    const entry = toEntry(input.incidentId, entryId, at, remark);
    const isOurs = ({ run: current, phase }: Incident) => current === input.run && phase !== 'closed';
    await ports.store.appendReceipt(
      entry,
      change && ((incident) => (isOurs(incident) ? touched(change(incident), at) : undefined)),
    );
    ports.log.info(remark.event, { incidentId: input.incidentId, stage: remark.stage, summary: remark.summary });
  });
}

function toEntry(incidentId: string, entryId: string, at: number, remark: Remark): ReceiptEntry {
  return {
    incidentId,
    entryId,
    at,
    event: remark.event,
    summary: remark.summary,
    stage: remark.stage ?? null,
    operationKey: remark.operationKey ?? null,
    detail: JSON.parse(JSON.stringify(remark.detail ?? null)),
  };
}

function touched(incident: Incident, at: number): Incident {
  return { ...incident, updatedAt: at };
}

function pad(value: number): string {
  return String(value).padStart(4, '0');
}
