import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** Each migration raises the file by one version; `user_version` counts those that ran. */
const migrations = [
  `CREATE TABLE IF NOT EXISTS executions (
     name TEXT PRIMARY KEY, input TEXT NOT NULL, status TEXT NOT NULL, result TEXT, token TEXT, startedAt INTEGER NOT NULL
   );
   CREATE TABLE IF NOT EXISTS operations (
     execution TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL, dueAt INTEGER,
     callbackId TEXT UNIQUE, fresh INTEGER NOT NULL, PRIMARY KEY (execution, id)
   );
   CREATE INDEX IF NOT EXISTS due ON operations (dueAt) WHERE dueAt IS NOT NULL;`,
  `ALTER TABLE operations ADD COLUMN timeoutAt INTEGER;
   ALTER TABLE operations ADD COLUMN heartbeatSeconds INTEGER;`,
  `CREATE INDEX IF NOT EXISTS fresh ON operations (execution, number) WHERE fresh = 1;
   CREATE INDEX IF NOT EXISTS numbers ON operations (execution, number);
   UPDATE operations SET dueAt = NULL WHERE execution NOT IN (SELECT name FROM executions WHERE status = 'running');`,
];

/**
 * Opens the engine's file. A checkpoint survives `kill -9`; commits wait for no disk (journal WAL, synchronous NORMAL), so a power cut
 * may take the last ones, as it may of the table and the queue.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  inTransaction(database, () => {
    const done = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    for (const migration of migrations.slice(done)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
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
