import type { DatabaseSync } from 'node:sqlite';
import { openSqliteFile } from '../sqlite-file.ts';

export interface KeptMessage {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  /** Block Kit blocks, as they were sent. */
  readonly blocks: readonly unknown[];
  readonly edited: boolean;
  /** Of the message in whose thread it is; absent: it is in none. */
  readonly threadTs?: string;
}

/** The stand-in's messages in one SQLite file. */
export class MessageTable {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = openSqliteFile(path);
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS messages (channel TEXT NOT NULL, ts TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (channel, ts));
    `);
  }

  put(message: KeptMessage): void {
    this.#database
      .prepare('INSERT INTO messages VALUES (?1, ?2, ?3) ON CONFLICT (channel, ts) DO UPDATE SET body = ?3')
      .run(message.channel, message.ts, JSON.stringify(message));
  }

  get(channel: string, ts: string): KeptMessage | undefined {
    const row = this.#database.prepare('SELECT body FROM messages WHERE channel = ? AND ts = ?').get(channel, ts);
    return row === undefined ? undefined : toMessage(row);
  }

  /** Newest first. */
  list(limit: number): readonly KeptMessage[] {
    return this.#database.prepare('SELECT body FROM messages ORDER BY ts DESC LIMIT ?').all(limit).map(toMessage);
  }

  close(): void {
    this.#database.close();
  }
}

/** The body is what this class wrote itself. */
function toMessage(row: Record<string, unknown>): KeptMessage {
  return JSON.parse(String(row['body']));
}
