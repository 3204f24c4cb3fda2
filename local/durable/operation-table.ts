import { randomUUID } from 'node:crypto';
import type { StatementSync } from 'node:sqlite';
import type { OperationUpdate, WireOperation } from '@aws/durable-execution-sdk-js';
import { applyCallback, applyHeartbeat, applyTimer, applyUpdate, type KeptOperation } from './apply-update.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * The operations of all executions, with their timers. `fresh` marks what the execution's worker has not seen yet. The
 * caller opens the transaction.
 */
export class OperationTable {
  readonly #prepare: (sql: string) => StatementSync;

  constructor(prepare: (sql: string) => StatementSync) {
    this.#prepare = prepare;
  }

  find(execution: string, id: string): KeptOperation | undefined {
    const row = this.#prepare('SELECT * FROM operations WHERE execution = ? AND id = ?').get(execution, id);
    return row === undefined ? undefined : toKept(row);
  }

  /** In the order in which they began. */
  list(execution: string): readonly WireOperation[] {
    const rows = this.#prepare('SELECT * FROM operations WHERE execution = ? ORDER BY number').all(execution);
    return rows.map((row) => toKept(row).operation);
  }

  /** What its worker has checkpointed and is told in the answer: it counts as seen. */
  apply(execution: string, before: KeptOperation | undefined, update: OperationUpdate, now: number): WireOperation {
    const callbackId = update.Type === 'CALLBACK' ? newCallbackId(execution) : '';
    const kept = applyUpdate(before, update, callbackId, now);
    this.#keep(execution, kept, false);
    return kept.operation;
  }

  hasFresh(execution: string): boolean {
    return (
      this.#prepare('SELECT 1 FROM operations WHERE execution = ? AND fresh = 1 LIMIT 1').get(execution) !== undefined
    );
  }

  /** Operations that no worker has seen; they count as seen from now on. */
  takeFresh(execution: string): readonly WireOperation[] {
    const rows = this.#prepare('SELECT * FROM operations WHERE execution = ? AND fresh = 1 ORDER BY number').all(
      execution,
    );
    if (rows.length > 0)
      this.#prepare('UPDATE operations SET fresh = 0 WHERE execution = ? AND fresh = 1').run(execution);
    return rows.map((row) => toKept(row).operation);
  }

  /** Fires every timer that is due and returns the executions that have something new. */
  fireTimers(now: number): readonly string[] {
    const rows = this.#prepare('SELECT * FROM operations WHERE dueAt <= ?').all(now);
    for (const row of rows) this.#keep(String(row['execution']), applyTimer(toKept(row), now), true);
    return [...new Set(rows.map((row) => String(row['execution'])))];
  }

  /** Epoch milliseconds; undefined when there is no timer. */
  nextTimerAt(): number | undefined {
    // By the index alone: a storm of alerts leaves hundreds of executions waiting.
    const row = this.#prepare('SELECT MIN(dueAt) AS at FROM operations WHERE dueAt IS NOT NULL').get();
    return typeof row?.['at'] === 'number' ? row['at'] : undefined;
  }

  /** An execution has ended: nothing of it is due any more. */
  clearTimers(execution: string): void {
    this.#prepare('UPDATE operations SET dueAt = NULL WHERE execution = ? AND dueAt IS NOT NULL').run(execution);
  }

  completeCallback(callbackId: string, result: string, now: number): string | undefined {
    const waiting = this.#waiting(callbackId);
    if (waiting === undefined) return undefined;
    this.#keep(waiting.execution, applyCallback(waiting.kept, result, now), true);
    return waiting.execution;
  }

  heartbeat(callbackId: string, now: number): boolean {
    const waiting = this.#waiting(callbackId);
    if (waiting === undefined) return false;
    this.#prepare('UPDATE operations SET dueAt = ? WHERE callbackId = ?').run(
      applyHeartbeat(waiting.kept, now).dueAt,
      callbackId,
    );
    return true;
  }

  #waiting(callbackId: string): { readonly execution: string; readonly kept: KeptOperation } | undefined {
    const row = this.#prepare(`SELECT * FROM operations WHERE callbackId = ? AND ${ofRunning}`).get(callbackId);
    if (row === undefined) return undefined;
    const kept = toKept(row);
    return kept.operation.Status === 'STARTED' ? { execution: String(row['execution']), kept } : undefined;
  }

  #keep(execution: string, { operation, dueAt, timeoutAt, heartbeatSeconds }: KeptOperation, isFresh: boolean): void {
    this.#prepare(
      `INSERT INTO operations (execution, id, number, body, dueAt, timeoutAt, heartbeatSeconds, callbackId, fresh)
         VALUES (?1, ?2, (SELECT COALESCE(MAX(number), -1) + 1 FROM operations WHERE execution = ?1), ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (execution, id) DO UPDATE
         SET body = ?3, dueAt = ?4, timeoutAt = ?5, heartbeatSeconds = ?6, fresh = ?8`,
    ).run(
      execution,
      operation.Id ?? '',
      JSON.stringify(operation),
      dueAt,
      timeoutAt,
      heartbeatSeconds,
      operation.CallbackDetails?.CallbackId ?? null,
      Number(isFresh),
    );
  }
}

/** Only operations of executions that still run: callbacks of ended ones are ignored. */
const ofRunning = `execution IN (SELECT name FROM executions WHERE status = 'running')`;

/** In the format of the service: `[A-Za-z0-9+/]+={0,2}`, at most 1,024 characters. */
function newCallbackId(execution: string): string {
  return Buffer.from(`${execution}.${randomUUID()}`).toString('base64');
}

/** The body is what this class wrote itself; dates come back as ISO strings, which the SDK's wire types allow. */
function toKept(row: Row): KeptOperation {
  const operation: WireOperation = JSON.parse(String(row['body']));
  return {
    operation,
    dueAt: toNumber(row['dueAt']),
    timeoutAt: toNumber(row['timeoutAt']),
    heartbeatSeconds: toNumber(row['heartbeatSeconds']),
  };
}

function toNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
