import type { DatabaseSync } from 'node:sqlite';
import { inTransaction, openSqliteFile } from '../sqlite-file.ts';
import { KeptCommand, KeptInvocation } from './kept-command.ts';

export interface ListedCommand {
  readonly command: KeptCommand;
  readonly invocations: readonly KeptInvocation[];
  /** Grows with every command; a page continues below the last one it showed. */
  readonly sequence: number;
}

/** Commands and their results in one SQLite file, so that nothing is lost when the stand-in restarts or is killed. */
export class CommandTable {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = openSqliteFile(path);
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS command (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT, commandId TEXT NOT NULL UNIQUE, requestedAt REAL NOT NULL, body TEXT NOT NULL
      );
      CREATE TABLE IF NOT EXISTS invocation (
        commandId TEXT NOT NULL REFERENCES command (commandId) ON DELETE CASCADE, instanceId TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (commandId, instanceId)
      );
      CREATE INDEX IF NOT EXISTS invocationByInstance ON invocation (instanceId);
      PRAGMA foreign_keys = ON;
    `);
  }

  /** Accepts a command for all its instances, or for none. */
  accept(command: KeptCommand): void {
    inTransaction(this.#database, () => {
      this.#database
        .prepare('INSERT INTO command (commandId, requestedAt, body) VALUES (?, ?, ?)')
        .run(command.commandId, command.requestedAt, JSON.stringify(command));
      for (const instanceId of command.instanceIds) {
        this.put({ commandId: command.commandId, instanceId, status: 'Pending', statusDetails: 'Pending', steps: [] });
      }
    });
  }

  put(invocation: KeptInvocation): void {
    this.#database
      .prepare('INSERT INTO invocation VALUES (?1, ?2, ?3) ON CONFLICT (commandId, instanceId) DO UPDATE SET body = ?3')
      .run(invocation.commandId, invocation.instanceId, JSON.stringify(invocation));
  }

  get(commandId: string): ListedCommand | undefined {
    const row = this.#database.prepare('SELECT sequence, body FROM command WHERE commandId = ?').get(commandId);
    return row === undefined ? undefined : this.#toListed(row);
  }

  command(commandId: string): KeptCommand | undefined {
    const row = this.#database.prepare('SELECT body FROM command WHERE commandId = ?').get(commandId);
    return row === undefined ? undefined : KeptCommand.parse(JSON.parse(String(row['body'])));
  }

  invocation(commandId: string, instanceId: string): KeptInvocation | undefined {
    const row = this.#database
      .prepare('SELECT body FROM invocation WHERE commandId = ? AND instanceId = ?')
      .get(commandId, instanceId);
    return row === undefined ? undefined : KeptInvocation.parse(JSON.parse(String(row['body'])));
  }

  /** Newest first; all instances when none is named. */
  list(instanceId: string | undefined): readonly ListedCommand[] {
    const rows =
      instanceId === undefined
        ? this.#database.prepare('SELECT sequence, body FROM command ORDER BY sequence DESC').all()
        : this.#database
            .prepare(
              `SELECT command.sequence, command.body FROM command JOIN invocation USING (commandId)
               WHERE invocation.instanceId = ? ORDER BY sequence DESC`,
            )
            .all(instanceId);
    return rows.map((row) => this.#toListed(row));
  }

  /** The one command, or none where it was not sent to the instance that is named. */
  ofId(commandId: string, instanceId: string | undefined): readonly ListedCommand[] {
    const listed = this.get(commandId);
    const isWanted = instanceId === undefined || listed?.command.instanceIds.includes(instanceId) === true;
    return listed !== undefined && isWanted ? [listed] : [];
  }

  /** Deletes old commands, as Run Command does. `before` is epoch milliseconds. */
  forget(before: number): void {
    this.#database.prepare('DELETE FROM command WHERE requestedAt < ?').run(before);
  }

  get isOpen(): boolean {
    return this.#database.isOpen;
  }

  close(): void {
    this.#database.close();
  }

  #toListed(row: Record<string, unknown>): ListedCommand {
    const command = KeptCommand.parse(JSON.parse(String(row['body'])));
    const invocations = command.instanceIds.flatMap(
      (instanceId) => this.invocation(command.commandId, instanceId) ?? [],
    );
    return { command, invocations, sequence: Number(row['sequence']) };
  }
}
