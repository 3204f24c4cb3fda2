import { readFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** Ports on 127.0.0.1 behind which a kubelet answers, answers 500, says nothing at all, or is not there. */
export interface StubKubelets {
  readonly ports: {
    readonly live: number;
    readonly unhealthy: number;
    readonly silent: number;
    readonly refusing: number;
  };
  close(): Promise<void>;
}

/** Speaks TLS as kubelets do, and only with the API server's own client certificate. */
export async function startStubKubelets(pki: string): Promise<StubKubelets> {
  const read = (file: string) => readFile(join(pki, file));
  const [key, cert, ca] = await Promise.all([read('kubelet.key'), read('kubelet.crt'), read('ca.crt')]);
  const tls = { key, cert, ca, requestCert: true, rejectUnauthorized: true };
  const sockets = new Set<Socket>();
  const live = createTlsServer(tls, (_request, response) => response.end('ok'));
  const unhealthy = createTlsServer(tls, (_request, response) => response.writeHead(500).end('[-]syncloop failed'));
  const silent = createServer();
  const refusing = createServer();
  const servers: readonly Server[] = [live, unhealthy, silent, refusing];
  for (const server of servers) server.on('connection', (socket) => sockets.add(socket));
  const [livePort, unhealthyPort, silentPort, refusingPort] = await Promise.all([
    listen(live),
    listen(unhealthy),
    listen(silent),
    listen(refusing),
  ]);
  await close(refusing);
  return {
    ports: { live: livePort, unhealthy: unhealthyPort, silent: silentPort, refusing: refusingPort },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([live, unhealthy, silent].map(close));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve(portOf(server.address())));
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
