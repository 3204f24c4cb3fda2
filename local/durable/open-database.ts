import type { DatabaseSync } from 'node:sqlite';
import { inTransaction, openSqliteFile } from '../sqlite-file.ts';

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

/** Opens the engine's file, of this version. */
export function openDatabase(path: string): DatabaseSync {
  const database = openSqliteFile(path);
  inTransaction(database, () => {
    const done = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
    for (const migration of migrations.slice(done)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
  return database;
}
