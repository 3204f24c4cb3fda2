import { request } from 'node:https';
import type { KubeletAnswer } from './fleet.ts';

/** Asks one kubelet over TLS and prints the answer as one JSON line. Arguments: address, port, path, time-out in ms. */
const [address = '', port = '10250', path = '/healthz', timeoutMs = '3000'] = process.argv.slice(2);

function print(answer: KubeletAnswer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  process.exit(0);
}

const outgoing = request({ host: address, port: Number(port), path, rejectUnauthorized: false }, (response) => {
  let body = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  response.on('end', () => print({ type: 'answer', status: response.statusCode ?? 0, body }));
});
outgoing.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'ECONNREFUSED') print({ type: 'refused' });
  else print({ type: 'unreachable', reason: error.code ?? error.message });
});
setTimeout(() => print({ type: 'timeout' }), Number(timeoutMs));
outgoing.end();
