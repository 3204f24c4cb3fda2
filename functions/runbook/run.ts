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

/** What a run knows of its incident. `asked`: a person may have been asked about it. */
export type OwnIncident = Pick<Incident, 'alerts' | 'claimed' | 'phase' | 'tried'> & { readonly asked: boolean };

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
  /** The incident as this run has read or written it last. It follows from checkpoints, so a replay finds the same. */
  readonly known: { own?: OwnIncident };
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
export async function record(run: Run, remark: Remark, change?: (incident: Incident) => Incident): Promise<void> {
  await recordAnd(run, [remark], change, () => null);
}

/** The same for remarks between which nothing was done, as one write. Returns what `read` makes of what is stored then. */
export function recordAnd<T>(
  run: Run,
  remarks: readonly [Remark, ...Remark[]],
  change: ((incident: Incident) => Incident) | undefined,
  read: (stored: Incident | undefined) => T,
): Promise<T> {
  const { ports, input } = run;
  const { incidentId } = input;
  const named = remarks.map((remark) => ({ remark, entryId: `r${pad(input.run)}.${pad(run.next())}` }));
  return effect(run, `record ${remarks[0].event}`, async () => {
    const at = ports.clock();
    const stored = await ports.store.appendReceipt(
      named.map(({ remark, entryId }) => toEntry(incidentId, entryId, at, remark)),
      change && ((incident) => (isOf(input, incident) ? touched(change(incident), at) : undefined)),
    );
    for (const { event, stage, summary } of remarks) ports.log.info(event, { incidentId, stage, summary });
    return read(stored);
  });
}

/** The incident is open, and this run's. */
export function isOf({ run }: RunInput, incident: Pick<Incident, 'run' | 'phase'>): boolean {
  return incident.run === run && incident.phase !== 'closed';
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
    detail: remark.detail ?? null,
  };
}

function touched(incident: Incident, at: number): Incident {
  return { ...incident, updatedAt: at };
}

function pad(value: number): string {
  return String(value).padStart(4, '0');
}
