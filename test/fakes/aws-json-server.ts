import { createServer } from 'node:http';
import { listenOnLoopback } from '../../local/http.ts';

export interface AwsCall {
  /** The operation, as the SDK names it: `SendMessageBatch`. */
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the SDK sent; the test knows its shape
  readonly body: any;
}

export interface AwsAnswer {
  readonly status?: number;
  readonly body: unknown;
}

/** A server that speaks the AWS JSON protocol and answers as a test says: for what no stand-in can be made to answer. */
export async function startAwsJsonServer(answer: (call: AwsCall) => AwsAnswer) {
  const calls: AwsCall[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const call = { operation, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
    calls.push(call);
    const { status = 200, body } = answer(call);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  });
  const url = await listenOnLoopback(server, 0);
  return {
    url,
    calls,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
