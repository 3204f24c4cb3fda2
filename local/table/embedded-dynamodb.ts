import dynalite from 'dynalite';
import { listenOnLoopback } from '../http.ts';
import type { EmbeddedServer } from '../queue/embedded-sqs.ts';

/** DynamoDB on one machine (dynalite), its items on disk. */
export async function startEmbeddedDynamoDb(folder: string): Promise<EmbeddedServer> {
  const server = dynalite({ path: folder, createTableMs: 0 });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
