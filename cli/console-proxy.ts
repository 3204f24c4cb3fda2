import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type FunctionUrlCaller, getFromFunctionUrl } from '../adapters/aws/function-url.ts';
import { PAGE_SECURITY } from '../functions/console/page-security.ts';
import { isLocal, reply } from '../local/console/local-answer.ts';
import { closeAtOnce, listenOnUsualPort } from '../local/http.ts';

export interface ConsoleProxyOptions {
  /** The URL of the stack's console function. */
  readonly consoleUrl: string;
  readonly caller: () => Promise<FunctionUrlCaller>;
  /** Null: the usual port, or a free one. */
  readonly port: number | null;
}

export interface ConsoleProxy {
  readonly url: string;
  close(): void;
}

const USUAL_PORT = 8788;
/** What the browser asks with, and what it is told. Everything else is left out in both directions. */
const asked = ['accept', 'if-none-match'] as const;
const told = ['content-type', 'cache-control', 'etag', 'allow'] as const;

/**
 * Signs what a browser of this machine asks for in the caller's name, and hands the answer on. It asks for the console page and nothing
 * else, and answers to this machine alone: a page of another site, or under another host name (DNS rebinding), gets nothing.
 */
export async function startConsoleProxy(options: ConsoleProxyOptions): Promise<ConsoleProxy> {
  const server = createServer((request, response) => {
    void answer(request, response, options);
  });
  const url = await listenOnUsualPort(server, options.port, USUAL_PORT);
  return {
    url,
    close: () => void closeAtOnce(server),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { consoleUrl, caller }: ConsoleProxyOptions,
): Promise<void> {
  const { method, url = '/' } = request;
  if (!isLocal(request)) return reply(response, 403, { error: 'this proxy answers only to this machine' });
  if (method !== 'GET' && method !== 'HEAD') return reply(response, 405, { error: 'only GET and HEAD' });
  const [path = '/', search = ''] = url.split(/(?=\?)/, 2);
  if (!/^(\/[^/]+)*\/?$/.test(path)) return reply(response, 404, { error: 'not found' });
  try {
    const place = new URL(consoleUrl);
    place.pathname = path;
    place.search = search;
    const answered = await getFromFunctionUrl(place.href, method, chosen(asked, request.headers), await caller());
    if (answered.status === 403) return reply(response, 403, { error: NOT_ALLOWED });
    const headers = chosen(told, Object.fromEntries(answered.headers));
    const body = Buffer.from(await answered.arrayBuffer());
    response.writeHead(answered.status, { ...headers, ...PAGE_SECURITY });
    response.end(body);
  } catch (error) {
    reply(response, 502, { error: `the stack does not answer: ${error instanceof Error ? error.message : error}` });
  }
}

export const NOT_ALLOWED =
  'AWS refuses the call: attach the policy of the stack’s output ConsolePolicyArn to your user or role';

function chosen(
  names: readonly string[],
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string>> {
  const found = names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])] as const]));
  return Object.fromEntries(found);
}
