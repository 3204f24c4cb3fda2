import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { findHost, type SimulatedHost, SimulatedNetwork } from './simulated-network.ts';

const WAIT_FOR_WRITERS_MS = 10_000;

/**
 * The state of a simulated fleet on disk. Its commands are processes of their own that come and go at the same time, and
 * may be killed: SQLite orders them and forgets what was not finished.
 */
export interface NetworkStore {
  read(): SimulatedNetwork;
  /** Changes one host, with no other change in between. */
  update<Result>(name: string, change: (host: SimulatedHost) => readonly [SimulatedHost, Result]): Result;
  /** Puts a whole fleet in place of the old one. */
  replace(network: SimulatedNetwork): void;
  close(): void;
}

/** Opens the fleet's state. Undefined: there is none, the fleet was taken down. */
export function openNetworkStore(path: string): NetworkStore | undefined {
  return existsSync(path) ? createNetworkStore(path) : undefined;
}

export function createNetworkStore(path: string): NetworkStore {
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  database.exec(`PRAGMA busy_timeout = ${WAIT_FOR_WRITERS_MS}`);
  database.exec('CREATE TABLE IF NOT EXISTS network (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL)');
  const read = (): SimulatedNetwork => {
    const row = database.prepare('SELECT state FROM network WHERE id = 1').get();
    return SimulatedNetwork.parse(row === undefined ? [] : JSON.parse(String(row['state'])));
  };
  const write = (network: SimulatedNetwork) => {
    database
      .prepare('INSERT INTO network (id, state) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state')
      .run(JSON.stringify(network));
  };
  return {
    read,
    update: (name, change) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const network = read();
        const host = findHost(network, name);
        const [changed, result] = change(host);
        if (changed !== host) write(network.map((host) => (host.name === name ? changed : host)));
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    replace: write,
    close: () => database.close(),
  };
}
