import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { OperationUpdate, WireOperation } from '@aws/durable-execution-sdk-js';
import { applyCallback, applyTimer, applyUpdate, type KeptOperation } from './apply-update.ts';

export interface KeptExecution {
  readonly name: string;
  readonly input: string;
  readonly status: 'running' | 'succeeded' | 'failed';
  readonly result: string | null;
}

/**
 * Executions and their operations in one SQLite file. Every change is one transaction, on disk before it returns: what a
 * checkpoint promised survives `kill -9` and a power cut (journal WAL, synchronous FULL).
 */
export class ExecutionTable {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA busy_timeout = 5000;
      CREATE TABLE IF NOT EXISTS executions (
        name TEXT PRIMARY KEY, input TEXT NOT NULL, status TEXT NOT NULL, result TEXT, token TEXT, startedAt INTEGER NOT NULL
      );
      CREATE TABLE IF NOT EXISTS operations (
        execution TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL, dueAt INTEGER,
        callbackId TEXT UNIQUE, fresh INTEGER NOT NULL, PRIMARY KEY (execution, id)
      );
      CREATE INDEX IF NOT EXISTS due ON operations (dueAt) WHERE dueAt IS NOT NULL;
    `);
  }

  close(): void {
    this.#database.close();
  }

  /** False when an execution of this name exists already. */
  insert(name: string, input: string, now: number): boolean {
    const { changes } = this.#database
      .prepare(`INSERT OR IGNORE INTO executions VALUES (?, ?, 'running', NULL, NULL, ?)`)
      .run(name, input, now);
    return changes === 1;
  }

  find(name: string): KeptExecution | undefined {
    const row = this.#database.prepare('SELECT name, input, status, result FROM executions WHERE name = ?').get(name);
    return row === undefined ? undefined : toExecution(row);
  }

  runningNames(): readonly string[] {
    const rows = this.#database
      .prepare(`SELECT name FROM executions WHERE status = 'running' ORDER BY startedAt`)
      .all();
    return rows.map((row) => String(row['name']));
  }

  /** Begins an invocation: a new token makes every older worker on this execution stale. */
  beginInvocation(name: string): {
    readonly token: string;
    readonly operations: readonly WireOperation[];
    readonly fresh: readonly string[];
  } {
    return this.#transaction(() => {
      const token = this.#renewToken(name);
      const fresh = this.#database.prepare('SELECT id FROM operations WHERE execution = ? AND fresh = 1').all(name);
      this.#database.prepare('UPDATE operations SET fresh = 0 WHERE execution = ?').run(name);
      return { token, operations: this.operations(name), fresh: fresh.map((row) => String(row['id'])) };
    });
  }

  isCurrent(name: string, token: string): boolean {
    return (
      this.#database.prepare('SELECT 1 FROM executions WHERE name = ? AND token = ?').get(name, token) !== undefined
    );
  }

  /** Applies a checkpoint and returns the next token with everything that changed; undefined when the token is stale. */
  checkpoint(
    name: string,
    token: string,
    updates: readonly OperationUpdate[],
    now: number,
  ): { readonly token: string; readonly changed: readonly WireOperation[] } | undefined {
    return this.#transaction(() => {
      if (!this.isCurrent(name, token)) return undefined;
      for (const update of updates) this.#applyOne(name, update, now);
      const changed = this.#database
        .prepare('SELECT body FROM operations WHERE execution = ? AND fresh = 1 ORDER BY number')
        .all(name);
      this.#database.prepare('UPDATE operations SET fresh = 0 WHERE execution = ?').run(name);
      return { token: this.#renewToken(name), changed: changed.map(toOperation) };
    });
  }

  /** Stores how an execution ended, unless another worker has taken it over. */
  end(name: string, token: string, status: 'succeeded' | 'failed', result: string | null): boolean {
    const { changes } = this.#database
      .prepare(
        'UPDATE executions SET status = ?, result = ?, token = NULL WHERE name = ? AND (token = ? OR token IS NULL)',
      )
      .run(status, result, name, token);
    return changes === 1;
  }

  /** In the order in which they began. */
  operations(name: string): readonly WireOperation[] {
    return this.#database
      .prepare('SELECT body FROM operations WHERE execution = ? ORDER BY number')
      .all(name)
      .map(toOperation);
  }

  /** True when something happened to the execution that no worker has seen yet. */
  hasFresh(name: string): boolean {
    return (
      this.#database.prepare('SELECT 1 FROM operations WHERE execution = ? AND fresh = 1 LIMIT 1').get(name) !==
      undefined
    );
  }

  /** Fires every timer that is due and returns the executions that have something new. */
  fireTimers(now: number): readonly string[] {
    return this.#transaction(() => {
      const rows = this.#database.prepare('SELECT execution, id, body FROM operations WHERE dueAt <= ?').all(now);
      for (const row of rows)
        this.#keep(String(row['execution']), { operation: applyTimer(toOperation(row), now), dueAt: null }, true);
      return [...new Set(rows.map((row) => String(row['execution'])))];
    });
  }

  nextTimerAt(): number | undefined {
    const row = this.#database.prepare('SELECT MIN(dueAt) AS at FROM operations').get();
    return typeof row?.['at'] === 'number' ? row['at'] : undefined;
  }

  /** The execution whose callback this completed; undefined when nobody waits for it any more. */
  completeCallback(callbackId: string, result: string, now: number): string | undefined {
    return this.#transaction(() => {
      const row = this.#database.prepare('SELECT execution, body FROM operations WHERE callbackId = ?').get(callbackId);
      if (row === undefined) return undefined;
      const operation = toOperation(row);
      const execution = String(row['execution']);
      if (operation.Status !== 'STARTED' || this.find(execution)?.status !== 'running') return undefined;
      this.#keep(execution, { operation: applyCallback(operation, result, now), dueAt: null }, true);
      return execution;
    });
  }

  #applyOne(name: string, update: OperationUpdate, now: number): void {
    const { Id: id } = update;
    if (id === undefined) return;
    const row = this.#database
      .prepare('SELECT body, dueAt FROM operations WHERE execution = ? AND id = ?')
      .get(name, id);
    const previous: KeptOperation | undefined =
      row === undefined
        ? undefined
        : { operation: toOperation(row), dueAt: typeof row['dueAt'] === 'number' ? row['dueAt'] : null };
    this.#keep(name, applyUpdate(previous, update, `${name}.${randomUUID()}`, now), true);
  }

  #keep(name: string, { operation, dueAt }: KeptOperation, fresh: boolean): void {
    this.#database
      .prepare(
        `INSERT INTO operations VALUES (?1, ?2, (SELECT COUNT(*) FROM operations WHERE execution = ?1), ?3, ?4, ?5, ?6)
         ON CONFLICT (execution, id) DO UPDATE SET body = ?3, dueAt = ?4, fresh = ?6`,
      )
      .run(
        name,
        operation.Id ?? '',
        JSON.stringify(operation),
        dueAt,
        operation.CallbackDetails?.CallbackId ?? null,
        fresh ? 1 : 0,
      );
  }

  #renewToken(name: string): string {
    const token = randomUUID();
    this.#database.prepare('UPDATE executions SET token = ? WHERE name = ?').run(token, name);
    return token;
  }

  #transaction<T>(body: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const value = body();
      this.#database.exec('COMMIT');
      return value;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

type Row = Record<string, unknown>;

/** The body is what this class wrote itself; dates come back as ISO strings, which the SDK's wire types allow. */
function toOperation(row: Row): WireOperation {
  return JSON.parse(String(row['body']));
}

function toExecution(row: Row): KeptExecution {
  const status = row['status'];
  return {
    name: String(row['name']),
    input: String(row['input']),
    status: status === 'succeeded' || status === 'failed' ? status : 'running',
    result: typeof row['result'] === 'string' ? row['result'] : null,
  };
}
