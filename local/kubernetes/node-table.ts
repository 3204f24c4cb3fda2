import { DatabaseSync } from 'node:sqlite';
import { KeptNode } from './kept-node.ts';

const MOST_EVENTS = 1_000;

/**
 * Nodes, their leases, ConfigMaps and Events in one SQLite file: changes by people and by Restitch survive a restart and `kill -9`.
 * One counter gives every write its resourceVersion, as etcd's revision does.
 */
export class NodeTable {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA busy_timeout = 5000;
      CREATE TABLE IF NOT EXISTS nodes (name TEXT PRIMARY KEY, body TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, renewedAt INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS configMaps (path TEXT PRIMARY KEY, body TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS events (path TEXT PRIMARY KEY, body TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS revision (value INTEGER NOT NULL);
      INSERT INTO revision SELECT 1000 WHERE NOT EXISTS (SELECT 1 FROM revision);
    `);
  }

  revision(): string {
    return String(this.#database.prepare('SELECT value FROM revision').get()?.['value']);
  }

  nextRevision(): string {
    const row = this.#database.prepare('UPDATE revision SET value = value + 1 RETURNING value').get();
    return String(row?.['value']);
  }

  /** Writes the node under a new resourceVersion and returns it. */
  put(node: KeptNode): KeptNode {
    const written = { ...node, metadata: { ...node.metadata, resourceVersion: this.nextRevision() } };
    this.#database
      .prepare('INSERT INTO nodes VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET body = ?2')
      .run(node.metadata.name, JSON.stringify(written));
    return written;
  }

  get(name: string): KeptNode | undefined {
    const row = this.#database.prepare('SELECT body FROM nodes WHERE name = ?').get(name);
    return row === undefined ? undefined : KeptNode.parse(JSON.parse(String(row['body'])));
  }

  list(): readonly KeptNode[] {
    const rows = this.#database.prepare('SELECT body FROM nodes ORDER BY name').all();
    return rows.map((row) => KeptNode.parse(JSON.parse(String(row['body']))));
  }

  delete(name: string): void {
    this.#database.prepare('DELETE FROM nodes WHERE name = ?').run(name);
    this.#database.prepare('DELETE FROM leases WHERE name = ?').run(name);
  }

  /** When the node's kubelet was last known to run, epoch ms. */
  renewedAt(name: string): number | undefined {
    const row = this.#database.prepare('SELECT renewedAt FROM leases WHERE name = ?').get(name);
    return row === undefined ? undefined : Number(row['renewedAt']);
  }

  renew(name: string, at: number): void {
    this.#database
      .prepare('INSERT INTO leases VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET renewedAt = ?2')
      .run(name, at);
  }

  configMap(namespace: string, name: string): object | undefined {
    const row = this.#database.prepare('SELECT body FROM configMaps WHERE path = ?').get(`${namespace}/${name}`);
    return row === undefined ? undefined : JSON.parse(String(row['body']));
  }

  putConfigMap(namespace: string, name: string, body: object): void {
    this.#database
      .prepare('INSERT INTO configMaps VALUES (?1, ?2) ON CONFLICT (path) DO UPDATE SET body = ?2')
      .run(`${namespace}/${name}`, JSON.stringify(body));
  }

  deleteConfigMap(namespace: string, name: string): void {
    this.#database.prepare('DELETE FROM configMaps WHERE path = ?').run(`${namespace}/${name}`);
  }

  event(namespace: string, name: string): object | undefined {
    const row = this.#database.prepare('SELECT body FROM events WHERE path = ?').get(`${namespace}/${name}`);
    return row === undefined ? undefined : JSON.parse(String(row['body']));
  }

  /** Keeps the newest events only: an API server forgets them after an hour. */
  putEvent(namespace: string, name: string, body: object): void {
    this.#database.prepare('INSERT INTO events VALUES (?1, ?2)').run(`${namespace}/${name}`, JSON.stringify(body));
    this.#database.prepare('DELETE FROM events WHERE rowid <= (SELECT MAX(rowid) FROM events) - ?').run(MOST_EVENTS);
  }

  events(namespace: string): readonly object[] {
    const rows = this.#database
      .prepare('SELECT body FROM events WHERE path GLOB ? ORDER BY rowid')
      .all(`${namespace}/*`);
    return rows.map((row) => JSON.parse(String(row['body'])));
  }

  close(): void {
    this.#database.close();
  }
}
