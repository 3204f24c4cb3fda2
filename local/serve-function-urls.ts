import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Log } from '../core/log.ts';
import type { HttpEvent, HttpResponse } from '../functions/http-event.ts';
import { readBody } from './http.ts';

/** Functions by the path under which they are called. */
export type FunctionUrls = Readonly<Record<string, (event: unknown) => Promise<HttpResponse>>>;

type Page = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers as Lambda's function URLs do; every other path belongs to the console page. */
export function serveFunctionUrls(server: Server, urls: FunctionUrls, page: Page, log: Log): void {
  server.off('request', answerNotReady);
  server.on('request', (request, response) => {
    void serve(request, response, urls, page, log);
  });
}

/** Answers until the functions are wired: Alertmanager sends again after a 503. */
export function answerNotReady(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
  response.end(JSON.stringify({ error: 'starting' }));
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  urls: FunctionUrls,
  page: Page,
  log: Log,
): Promise<void> {
  try {
    const called = urls[pathOf(request)];
    if (called === undefined) return await page(request, response);
    const answer = await called(await toEvent(request));
    response.writeHead(answer.statusCode, answer.headers);
    response.end(bytesOf(answer));
  } catch (error) {
    log.error('request-failed', { url: request.url, reason: String(error) });
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: 'internal error' }));
  }
}

/** The body as it goes over the wire. */
export function bytesOf({ body, isBase64Encoded = false }: HttpResponse): Buffer {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return new URL(url, 'http://localhost').pathname;
}

/** The request in the form in which a function URL passes it to the function. */
async function toEvent(request: IncomingMessage): Promise<HttpEvent> {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  return {
    headers,
    rawPath: pathOf(request),
    body: (await readBody(request)).toString('base64'),
    isBase64Encoded: true,
    requestContext: { http: { method: request.method ?? 'GET' } },
  };
}
