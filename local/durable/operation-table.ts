import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { OperationUpdate, WireOperation } from '@aws/durable-execution-sdk-js';
import { applyCallback, applyHeartbeat, applyTimer, applyUpdate, type KeptOperation } from './apply-update.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * The operations of all executions, with their timers. `fresh` marks what the execution's worker has not seen yet. The
 * caller opens the transaction.
 */
export class OperationTable {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  find(execution: string, id: string): KeptOperation | undefined {
    const row = this.#database.prepare('SELECT * FROM operations WHERE execution = ? AND id = ?').get(execution, id);
    return row === undefined ? undefined : toKept(row);
  }

  /** In the order in which they began. */
  list(execution: string): readonly WireOperation[] {
    const rows = this.#database.prepare('SELECT * FROM operations WHERE execution = ? ORDER BY number').all(execution);
    return rows.map((row) => toKept(row).operation);
  }

  apply(execution: string, before: KeptOperation | undefined, update: OperationUpdate, now: number): void {
    this.#keep(execution, applyUpdate(before, update, newCallbackId(execution), now));
  }

  hasFresh(execution: string): boolean {
    return (
      this.#database.prepare('SELECT 1 FROM operations WHERE execution = ? AND fresh = 1 LIMIT 1').get(execution) !==
      undefined
    );
  }

  /** Operations that no worker has seen; they count as seen from now on. */
  takeFresh(execution: string): readonly WireOperation[] {
    const rows = this.#database
      .prepare('SELECT * FROM operations WHERE execution = ? AND fresh = 1 ORDER BY number')
      .all(execution);
    this.#database.prepare('UPDATE operations SET fresh = 0 WHERE execution = ? AND fresh = 1').run(execution);
    return rows.map((row) => toKept(row).operation);
  }

  /** Fires every timer that is due and returns the executions that have something new. */
  fireTimers(now: number): readonly string[] {
    const rows = this.#database.prepare(`SELECT * FROM operations WHERE dueAt <= ? AND ${ofRunning}`).all(now);
    for (const row of rows) this.#keep(String(row['execution']), applyTimer(toKept(row), now));
    return [...new Set(rows.map((row) => String(row['execution'])))];
  }

  /** Epoch milliseconds; undefined when there is no timer. */
  nextTimerAt(): number | undefined {
    // In the order of the index, to the first that counts: a storm of alerts leaves hundreds of executions waiting.
    const row = this.#database
      .prepare(
        `SELECT dueAt FROM operations WHERE dueAt IS NOT NULL
         AND EXISTS (SELECT 1 FROM executions WHERE name = execution AND status = 'running') ORDER BY dueAt LIMIT 1`,
      )
      .get();
    return typeof row?.['dueAt'] === 'number' ? row['dueAt'] : undefined;
  }

  completeCallback(callbackId: string, result: string, now: number): string | undefined {
    const waiting = this.#waiting(callbackId);
    if (waiting === undefined) return undefined;
    this.#keep(waiting.execution, applyCallback(waiting.kept, result, now));
    return waiting.execution;
  }

  heartbeat(callbackId: string, now: number): boolean {
    const waiting = this.#waiting(callbackId);
    if (waiting === undefined) return false;
    this.#database
      .prepare('UPDATE operations SET dueAt = ? WHERE callbackId = ?')
      .run(applyHeartbeat(waiting.kept, now).dueAt, callbackId);
    return true;
  }

  #waiting(callbackId: string): { readonly execution: string; readonly kept: KeptOperation } | undefined {
    const row = this.#database
      .prepare(`SELECT * FROM operations WHERE callbackId = ? AND ${ofRunning}`)
      .get(callbackId);
    if (row === undefined) return undefined;
    const kept = toKept(row);
    return kept.operation.Status === 'STARTED' ? { execution: String(row['execution']), kept } : undefined;
  }

  #keep(execution: string, { operation, dueAt, timeoutAt, heartbeatSeconds }: KeptOperation): void {
    this.#database
      .prepare(
        `INSERT INTO operations (execution, id, number, body, dueAt, timeoutAt, heartbeatSeconds, callbackId, fresh)
         VALUES (?1, ?2, (SELECT COUNT(*) FROM operations WHERE execution = ?1), ?3, ?4, ?5, ?6, ?7, 1)
         ON CONFLICT (execution, id) DO UPDATE
         SET body = ?3, dueAt = ?4, timeoutAt = ?5, heartbeatSeconds = ?6, fresh = 1`,
      )
      .run(
        execution,
        operation.Id ?? '',
        JSON.stringify(operation),
        dueAt,
        timeoutAt,
        heartbeatSeconds,
        operation.CallbackDetails?.CallbackId ?? null,
      );
  }
}

/** Only operations of executions that still run: timers and callbacks of ended ones are ignored. */
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
