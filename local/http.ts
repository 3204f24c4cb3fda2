import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const MOST_BODY_BYTES = 8 * 1024 * 1024;

/** The whole body of a request. Rejects what is unreasonably large. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.byteLength;
    if (length > MOST_BODY_BYTES) throw new RangeError(`body is larger than ${MOST_BODY_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Listens on 127.0.0.1 and returns the server's URL. Port 0 takes a free one. Rejects when the port is taken. */
export function listenOnLoopback(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${addressOf(server)?.port}`));
  });
}

/** The same on `port`; null: on the usual one, or a free one where that is taken. */
export async function listenOnUsualPort(server: Server, port: number | null, usual: number): Promise<string> {
  if (port !== null) return listenOnLoopback(server, port);
  try {
    return await listenOnLoopback(server, usual);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    return listenOnLoopback(server, 0);
  }
}

/** Takes no more requests and cuts off those that are under way. Resolves when nothing is left, also where it never listened. */
export function closeAtOnce(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  return closed;
}

function addressOf(server: Server): AddressInfo | undefined {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address : undefined;
}
