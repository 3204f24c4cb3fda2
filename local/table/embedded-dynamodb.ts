import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import dynalite from 'dynalite';
import { closeAtOnce, listenOnLoopback } from '../http.ts';
import type { EmbeddedServer } from '../queue/embedded-sqs.ts';
import { letQueriesCloseIterators } from './close-iterators.ts';

/** So long a request may be answered still when the server is closed. */
const PATIENCE_MS = 5_000;

/** DynamoDB on one machine (dynalite), its items on disk. */
export async function startEmbeddedDynamoDb(folder: string): Promise<EmbeddedServer> {
  letQueriesCloseIterators();
  const server = dynalite({ path: folder, createTableMs: 0 });
  const answering = new Set<ServerResponse>();
  server.on('request', (_, response: ServerResponse) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    close: async () => {
      // It reads on for whoever is cut off, and what it reads from a store that is closed under it ends the process.
      const signal = AbortSignal.timeout(PATIENCE_MS);
      await Promise.all([...answering].map((response) => once(response, 'close', { signal }).catch(() => undefined)));
      await closeAtOnce(server);
    },
  };
}
