import { DatabaseSync } from 'node:sqlite';

export interface KeptCommand {
  readonly commandId: string;
  readonly instanceId: string;
  readonly documentName: string;
  readonly comment: string;
  readonly requestedAt: number;
  readonly status: 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut' | 'Cancelled';
  readonly statusDetails: string;
  readonly responseCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands and their results in one SQLite file, so that a restart of the stand-in forgets nothing. */
export class CommandTable {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS commands (commandId TEXT PRIMARY KEY, instanceId TEXT NOT NULL, body TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS byInstance ON commands (instanceId);
    `);
  }

  put(command: KeptCommand): void {
    this.#database
      .prepare('INSERT INTO commands VALUES (?1, ?2, ?3) ON CONFLICT (commandId) DO UPDATE SET body = ?3')
      .run(command.commandId, command.instanceId, JSON.stringify(command));
  }

  get(commandId: string): KeptCommand | undefined {
    const row = this.#database.prepare('SELECT body FROM commands WHERE commandId = ?').get(commandId);
    return row === undefined ? undefined : toCommand(row);
  }

  /** Newest first; all instances when none is named. */
  list(instanceId: string | undefined): readonly KeptCommand[] {
    const rows =
      instanceId === undefined
        ? this.#database.prepare('SELECT body FROM commands ORDER BY rowid DESC').all()
        : this.#database.prepare('SELECT body FROM commands WHERE instanceId = ? ORDER BY rowid DESC').all(instanceId);
    return rows.map(toCommand);
  }

  close(): void {
    this.#database.close();
  }
}

/** The body is what this class wrote itself. */
function toCommand(row: Record<string, unknown>): KeptCommand {
  return JSON.parse(String(row['body']));
}
