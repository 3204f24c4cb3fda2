import { mkdir } from 'node:fs/promises';
import { buildApp } from 'fauxqs';

export interface EmbeddedServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * SQS on one machine (fauxqs), its messages on disk. fauxqs wires its own persistence only in `startFauxqs`, which binds
 * every address of the machine; so the same parts are wired here, and bound to loopback.
 */
export async function startEmbeddedSqs(folder: string): Promise<EmbeddedServer> {
  await mkdir(folder, { recursive: true });
  const part = (file: string) => import(new URL(file, import.meta.resolve('fauxqs')).href);
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }] = await Promise.all(
    ['./sqs/sqsStore.js', './sns/snsStore.js', './s3/s3Store.js', './persistence.js'].map(part),
  );
  const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence = new PersistenceManager(folder);
  // As for the engine's file: a message survives `kill -9`, and waits for no disk.
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  stores.sqsStore.persistence = persistence;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = persistence;
  const app = buildApp({ logger: false, stores });
  app.addHook('preClose', () => persistence.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}
