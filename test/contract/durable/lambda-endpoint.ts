import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

/** A request as it arrived, for a test to look at. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

interface KeptExecution {
  readonly input: string;
  readonly status: string;
  readonly error: { readonly ErrorType: string; readonly ErrorMessage: string } | null;
}

/** The durable part of Lambda's HTTP API, as far as the engine speaks it. It keeps executions but runs nothing. */
export interface LambdaEndpoint {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  openCallback(): string;
  end(name: string, status: string, error?: { readonly ErrorType: string; readonly ErrorMessage: string }): void;
  /** One of the next requests (those whose path begins so) is answered with this error, and nothing is done. */
  failNext(status: number, code: string, path?: string): void;
  /** The next request is done, but its answer is cut off. */
  loseNextAnswer(): void;
  close(): Promise<void>;
}

const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:runbook';

export async function startLambdaEndpoint(): Promise<LambdaEndpoint> {
  const executions = new Map<string, KeptExecution>();
  const callbacks = new Set<string>();
  const requests: SeenRequest[] = [];
  const failures: { readonly status: number; readonly code: string; readonly path: string }[] = [];
  let loseNext = false;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const seen = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      headers: request.headers,
      body: request.method === 'POST' ? await json(request) : null,
    };
    requests.push(seen);
    const index = failures.findIndex(({ path }) => seen.path.startsWith(path));
    const [failure] = index < 0 ? [] : failures.splice(index, 1);
    const answer = failure === undefined ? act(seen) : refuse(failure.status, failure.code);
    if (loseNext) {
      loseNext = false;
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  function act(seen: SeenRequest): Answer {
    const { method, path } = seen;
    const callbackId = /^\/2025-12-01\/durable-execution-callbacks\/(.+)\/succeed$/.exec(path)?.[1];
    const executionName = /^\/2025-12-01\/durable-executions\/.+\/([^/]+)$/.exec(path)?.[1];
    if (method === 'POST' && /^\/2015-03-31\/functions\/.+\/invocations$/.test(path)) return invoke(seen);
    if (method === 'POST' && callbackId !== undefined) return complete(callbackId);
    if (method === 'GET' && /^\/2025-12-01\/functions\/.+\/durable-executions$/.test(path)) return list(seen);
    if (method === 'GET' && executionName !== undefined) return get(executionName);
    return refuse(404, 'UnknownOperationException');
  }

  function invoke({ headers, body }: SeenRequest): Answer {
    const name = String(headers['x-amz-durable-execution-name']);
    const input = JSON.stringify(body);
    const existing = executions.get(name);
    if (existing !== undefined && existing.input !== input) {
      return refuse(409, 'DurableExecutionAlreadyStartedException');
    }
    if (existing === undefined) executions.set(name, { input, status: 'RUNNING', error: null });
    return { status: 202 };
  }

  function complete(callbackId: string): Answer {
    return callbacks.delete(callbackId) ? { status: 200 } : refuse(400, 'CallbackTimeoutException');
  }

  /** Two to a page, and by prefix: the documentation promises names "that match", not the exact one, nor one page. */
  function list({ query }: SeenRequest): Answer {
    const from = Number(query.get('Marker') ?? 0);
    const names = [...executions.keys()].filter((name) => name.startsWith(query.get('DurableExecutionName') ?? ''));
    return {
      status: 200,
      body: {
        DurableExecutions: names.slice(from, from + 2).map((name) => ({
          DurableExecutionArn: `${functionArn}:7/durable-execution/${name}`,
          DurableExecutionName: name,
          FunctionArn: `${functionArn}:7`,
          Status: executions.get(name)?.status,
          StartTimestamp: 1_795_000_000,
        })),
        ...(from + 2 < names.length ? { NextMarker: String(from + 2) } : {}),
      },
    };
  }

  function get(name: string): Answer {
    const execution = executions.get(name);
    if (execution === undefined) return refuse(404, 'ResourceNotFoundException');
    const { status: Status, error } = execution;
    return {
      status: 200,
      body: { DurableExecutionName: name, Status, StartTimestamp: 1_795_000_000, ...(error ? { Error: error } : {}) },
    };
  }

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the endpoint listens nowhere');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    openCallback: () => {
      // In base64 this has a plus, slashes and padding.
      const callbackId = Buffer.from([0xfb, 0xef, 0xff, callbacks.size]).toString('base64');
      callbacks.add(callbackId);
      return callbackId;
    },
    end: (name, status, error) => {
      executions.set(name, { input: executions.get(name)?.input ?? '', status, error: error ?? null });
    },
    failNext: (status, code, path = '/') => void failures.push({ status, code, path }),
    loseNextAnswer: () => {
      loseNext = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function refuse(status: number, code: string): Answer {
  return { status, headers: { 'x-amzn-errortype': code }, body: { Type: 'User', Message: code } };
}
