import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** How long a process waits for another one that writes to the same file. */
const WAIT_FOR_WRITER_MS = 5_000;

/**
 * Opens a file of the local servers. What was written survives `kill -9`; commits wait for no disk (journal WAL, synchronous NORMAL), so a
 * power cut may take the last ones.
 */
export function openSqliteFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: WAIT_FOR_WRITER_MS });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  return database;
}

/** Runs `body` in one transaction. The write lock is taken first, so two processes on one file run one after the other. */
export function inTransaction<T>(database: DatabaseSync, body: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = body();
    database.exec('COMMIT');
    return value;
  } catch (error) {
    // A full disk has ended the transaction by itself: to roll it back would hide why.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Prepares each statement once: a short one takes longer to prepare than to run. */
export function prepareOnce(database: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    const statement = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
}
