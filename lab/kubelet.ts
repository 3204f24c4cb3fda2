import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

/**
 * A stub kubelet: answers /healthz over TLS on every address of the host it runs on, as the control plane asks for.
 * Arguments: key file, certificate file, port.
 */
// Its name in the process table.
process.title = 'kubelet';
const [keyFile = '', certificateFile = '', port = '10250'] = process.argv.slice(2);

createServer({ key: readFileSync(keyFile), cert: readFileSync(certificateFile) }, (request, response) => {
  const known = request.url === '/healthz' || request.url === '/healthz/ping';
  response.writeHead(known ? 200 : 404, { 'content-type': 'text/plain' });
  response.end(known ? 'ok' : '404 page not found');
}).listen(Number(port));
