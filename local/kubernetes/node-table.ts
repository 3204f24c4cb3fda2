import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openSqliteFile } from '../sqlite-file.ts';
import { KeptNode } from './kept-node.ts';

export type ObjectKind = 'ConfigMap' | 'Event' | 'Pod';

/**
 * Nodes, their leases, ConfigMaps, Events and Pods in one SQLite file: changes by people and by Restitch survive a restart and `kill -9`.
 * One counter gives every write its resourceVersion, as etcd's revision does.
 */
export class NodeTable {
  readonly #database: DatabaseSync;
  readonly #renewedAt: StatementSync;
  /** As parsed last. */
  #listed: { readonly revision: string; readonly nodes: readonly KeptNode[] } | undefined;

  constructor(path: string) {
    this.#database = openSqliteFile(path);
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS nodes (name TEXT PRIMARY KEY, body TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, renewedAt INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS objects (
        kind TEXT, namespace TEXT, name TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, namespace, name)
      );
      CREATE TABLE IF NOT EXISTS revision (value INTEGER NOT NULL);
      INSERT INTO revision SELECT 1000 WHERE NOT EXISTS (SELECT 1 FROM revision);
    `);
    this.#renewedAt = this.#database.prepare('SELECT renewedAt FROM leases WHERE name = ?');
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
    const revision = this.revision();
    if (this.#listed?.revision === revision) return this.#listed.nodes;
    const rows = this.#database.prepare('SELECT body FROM nodes ORDER BY name').all();
    const nodes = rows.map((row) => KeptNode.parse(JSON.parse(String(row['body']))));
    this.#listed = { revision, nodes };
    return nodes;
  }

  delete(name: string): void {
    this.nextRevision();
    this.#database.prepare('DELETE FROM nodes WHERE name = ?').run(name);
    this.#database.prepare('DELETE FROM leases WHERE name = ?').run(name);
  }

  /** When the node's kubelet was last known to run, epoch ms. */
  renewedAt(name: string): number | undefined {
    const row = this.#renewedAt.get(name);
    return row === undefined ? undefined : Number(row['renewedAt']);
  }

  renew(name: string, at: number): void {
    this.#database
      .prepare('INSERT INTO leases VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET renewedAt = ?2')
      .run(name, at);
  }

  /** An object of a kind that the stand-in keeps as it was posted. */
  object(kind: ObjectKind, namespace: string, name: string): object | undefined {
    const row = this.#database
      .prepare('SELECT body FROM objects WHERE kind = ? AND namespace = ? AND name = ?')
      .get(kind, namespace, name);
    return row === undefined ? undefined : JSON.parse(String(row['body']));
  }

  /** Of one namespace, or of all. */
  objects(kind: ObjectKind, namespace: string | undefined): readonly object[] {
    const rows = this.#database
      .prepare('SELECT body FROM objects WHERE kind = ?1 AND (?2 IS NULL OR namespace = ?2) ORDER BY rowid')
      .all(kind, namespace ?? null);
    return rows.map((row) => JSON.parse(String(row['body'])));
  }

  putObject(kind: ObjectKind, namespace: string, name: string, body: object): void {
    this.#database
      .prepare(
        'INSERT INTO objects VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, namespace, name) DO UPDATE SET body = ?4',
      )
      .run(kind, namespace, name, JSON.stringify(body));
  }

  deleteObject(kind: ObjectKind, namespace: string, name: string): void {
    this.#database
      .prepare('DELETE FROM objects WHERE kind = ? AND namespace = ? AND name = ?')
      .run(kind, namespace, name);
  }

  close(): void {
    this.#database.close();
  }
}
