import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import type { Outcome } from './outcome.ts';
import { runOnce } from './run-once.ts';
import type { SimulatedPlaces } from './simulated-places.ts';

const OWNER_ONLY = 0o600;

/**
 * Answers the simulated programs in this process. A diagnosis starts some thirty of them on each host, and a start of
 * Node takes tens of milliseconds of a core, which on a busy machine is longer than a probe waits. The programs find it by a
 * file (`port token`) and start Node themselves when nobody listens there, as for a rollback timer whose fleet's process
 * is gone. Over TCP on loopback, because that is what Bash can open.
 *
 * A request: token, host, program, the number of its arguments, and these; an answer: exit code, stdout, stderr. All of
 * them end with a NUL.
 */
export async function servePrograms(places: SimulatedPlaces): Promise<{ close(): void }> {
  const token = randomBytes(16).toString('hex');
  const server = createServer((socket) => serveOne(socket, token, places.network));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // Whoever opened the fleet may end without taking it down.
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the simulated programs have no port');
  const unfinished = `${places.served}.${process.pid}`;
  await writeFile(unfinished, `${address.port} ${token}\n`, { mode: OWNER_ONLY });
  await rename(unfinished, places.served);
  return server;
}

function serveOne(socket: Socket, token: string, state: string): void {
  let received = '';
  socket.unref();
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    received += chunk;
    const [said, host = '', program = '', count = '', ...rest] = received.split('\0');
    // What follows the last NUL is one more than there are arguments.
    if (count === '' || rest.length <= Number(count)) return;
    if (said !== token) {
      socket.destroy();
      return;
    }
    const { code, stdout, stderr } = run(state, host, program, rest.slice(0, -1));
    socket.end(`${code}\0${stdout}\0${stderr}\0`);
  });
}

/** A program that ends with an exception must not end the process that serves all of them. */
function run(state: string, host: string, program: string, words: readonly string[]): Omit<Outcome, 'host'> {
  try {
    return runOnce(state, host, program, words);
  } catch (error) {
    return { code: 1, stdout: '', stderr: `${program}: ${error instanceof Error ? error.message : String(error)}\n` };
  }
}
