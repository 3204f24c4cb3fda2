import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OperationUpdate, WireOperation } from '@aws/durable-execution-sdk-js';
import { inTransaction, prepareOnce } from '../sqlite-file.ts';
import { refusal } from './check-updates.ts';
import { openDatabase } from './open-database.ts';
import { OperationTable } from './operation-table.ts';

type EndStatus = 'succeeded' | 'failed' | 'timed-out';

export interface KeptExecution {
  readonly name: string;
  /** JSON, as the caller gave it. */
  readonly input: string;
  readonly status: 'running' | EndStatus;
  /** JSON: the result, or the error object. */
  readonly result: string | null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

export type CheckpointOutcome =
  | { readonly type: 'kept'; readonly token: string; readonly changed: readonly WireOperation[] }
  | { readonly type: 'stale' }
  | { readonly type: 'refused'; readonly reason: string };

/** Executions, their tokens and how they end, in one SQLite file. Every change is one transaction. */
export class ExecutionTable {
  readonly operations: OperationTable;
  readonly #database: DatabaseSync;
  readonly #prepare: (sql: string) => StatementSync;

  constructor(path: string) {
    this.#database = openDatabase(path);
    this.#prepare = prepareOnce(this.#database);
    this.operations = new OperationTable(this.#prepare);
  }

  /** Idempotent. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** False when an execution of this name exists already. */
  insert(name: string, input: string, now: number): boolean {
    const { changes } = this.#prepare(
      `INSERT OR IGNORE INTO executions (name, input, status, startedAt) VALUES (?, ?, 'running', ?)`,
    ).run(name, input, now);
    return changes === 1;
  }

  find(name: string): KeptExecution | undefined {
    const row = this.#prepare('SELECT * FROM executions WHERE name = ?').get(name);
    return row === undefined ? undefined : toExecution(row);
  }

  runningNames(): readonly string[] {
    const rows = this.#prepare(`SELECT name FROM executions WHERE status = 'running' ORDER BY startedAt, name`).all();
    return rows.map((row) => String(row['name']));
  }

  /** Begins an invocation: a new token makes every older worker on this execution stale. Undefined when it has ended. */
  beginInvocation(name: string):
    | {
        readonly token: string;
        readonly execution: KeptExecution;
        readonly operations: readonly WireOperation[];
        readonly fresh: readonly string[];
      }
    | undefined {
    return inTransaction(this.#database, () => {
      const execution = this.find(name);
      if (execution?.status !== 'running') return undefined;
      const fresh = this.operations.takeFresh(name).map(({ Id }) => Id ?? '');
      return { token: this.#renewToken(name), execution, operations: this.operations.list(name), fresh };
    });
  }

  /** Applies a checkpoint atomically. Returns the next token and every operation that the worker has not seen. */
  checkpoint(name: string, token: string, updates: readonly OperationUpdate[], now: number): CheckpointOutcome {
    return inTransaction<CheckpointOutcome>(this.#database, () => {
      if (!this.#isCurrent(name, token)) return { type: 'stale' };
      this.#database.exec('SAVEPOINT updates');
      const changed = new Map(this.operations.takeFresh(name).map((operation) => [operation.Id, operation]));
      for (const update of updates) {
        const outcome = this.#applyOne(name, update, now);
        if (typeof outcome === 'string') {
          this.#database.exec('ROLLBACK TO updates');
          return { type: 'refused', reason: outcome };
        }
        changed.set(outcome.Id, outcome);
      }
      return { type: 'kept', token: this.#renewToken(name), changed: [...changed.values()] };
    });
  }

  /** Stores how an execution ended. False when another worker has taken over, or it has ended already: the first end stays. */
  end(name: string, token: string, status: EndStatus, result: string | null): boolean {
    return inTransaction(this.#database, () => {
      const { changes } = this.#prepare(
        `UPDATE executions SET status = ?, result = ?, token = NULL WHERE name = ? AND token = ? AND status = 'running'`,
      ).run(status, result, name, token);
      if (changes === 1) this.operations.clearTimers(name);
      return changes === 1;
    });
  }

  /** Ends every execution that began before `startedBefore` (epoch ms) and still runs; its worker is fenced off. */
  timeOut(startedBefore: number): readonly string[] {
    return inTransaction(this.#database, () => {
      const rows = this.#prepare(
        `UPDATE executions SET status = 'timed-out', token = NULL WHERE status = 'running' AND startedAt <= ? RETURNING name`,
      ).all(startedBefore);
      const names = rows.map((row) => String(row['name']));
      for (const name of names) this.operations.clearTimers(name);
      return names;
    });
  }

  /** Fires every timer that is due and returns the executions that have something new. */
  fireTimers(now: number): readonly string[] {
    const nextAt = this.operations.nextTimerAt();
    if (nextAt === undefined || nextAt > now) return [];
    return inTransaction(this.#database, () => this.operations.fireTimers(now));
  }

  /** The execution whose callback this completed; undefined when the callback is not open any more. */
  completeCallback(callbackId: string, result: string, now: number): string | undefined {
    return inTransaction(this.#database, () => this.operations.completeCallback(callbackId, result, now));
  }

  /** False when the callback is not open any more. */
  heartbeat(callbackId: string, now: number): boolean {
    return inTransaction(this.#database, () => this.operations.heartbeat(callbackId, now));
  }

  /** The operation as it is then, or why the update is refused. */
  #applyOne(name: string, update: OperationUpdate, now: number): WireOperation | string {
    const { Id: id, ParentId: parentId } = update;
    const before = id === undefined ? undefined : this.operations.find(name, id);
    const parent = parentId === undefined ? undefined : this.operations.find(name, parentId);
    const reason = refusal(update, before?.operation, parent?.operation);
    if (reason !== undefined) return reason;
    return this.operations.apply(name, before, update, now);
  }

  #isCurrent(name: string, token: string): boolean {
    return this.#prepare('SELECT 1 FROM executions WHERE name = ? AND token = ?').get(name, token) !== undefined;
  }

  #renewToken(name: string): string {
    const token = randomUUID();
    this.#prepare('UPDATE executions SET token = ? WHERE name = ?').run(token, name);
    return token;
  }
}

function toExecution(row: Readonly<Record<string, unknown>>): KeptExecution {
  const status = row['status'];
  return {
    name: String(row['name']),
    input: String(row['input']),
    status: status === 'succeeded' || status === 'failed' || status === 'timed-out' ? status : 'running',
    result: typeof row['result'] === 'string' ? row['result'] : null,
    startedAt: Number(row['startedAt']),
  };
}
